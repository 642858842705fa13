/** The lineage of a dataset as an SVG picture that stands alone: raw objects to the left, what was made of them to the right. */

import type { LineageGraph, LineageNode } from './lineage.ts';

const BOX = { width: 310, height: 46, gapX: 70, gapY: 14, margin: 20 };
const LABEL_CHARS = 34;
/** Nodes of one column that are drawn; the rest is counted in the last one. */
const COLUMN_MAX = 24;
const FILLS = { dataset: '#dbeafe', task: '#f1f5f9', raw: '#fef3c7' } as const;

export function lineageSvg(graph: LineageGraph, id: string): string {
  const columns = columnsOf(graph, id);
  const rows = Math.max(...columns.map((column) => column.length));
  const width = BOX.margin * 2 + columns.length * BOX.width + (columns.length - 1) * BOX.gapX;
  const height = BOX.margin * 2 + rows * (BOX.height + BOX.gapY);
  const places = new Map<string, { x: number; y: number }>();
  columns.forEach((column, c) => {
    const top = (height - column.length * (BOX.height + BOX.gapY)) / 2;
    column.forEach((node, r) => {
      places.set(node.id, {
        x: BOX.margin + c * (BOX.width + BOX.gapX),
        y: top + r * (BOX.height + BOX.gapY),
      });
    });
  });
  const arrows = graph.arrows.flatMap(([from, to]) => {
    const a = places.get(from);
    const b = places.get(to);
    if (a === undefined || b === undefined) return [];
    const [x1, y1, x2, y2] = [a.x + BOX.width, a.y + BOX.height / 2, b.x, b.y + BOX.height / 2];
    const middle = (x1 + x2) / 2;
    return [
      `<path d="M${x1},${y1} C${middle},${y1} ${middle},${y2} ${x2},${y2}" fill="none" stroke="#64748b" stroke-width="1.2" marker-end="url(#head)"/>`,
    ];
  });
  const boxes = columns.flat().map((node) => box(node, places.get(node.id)!));
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="lineage of ${escapeXml(id)}" font-family="system-ui, sans-serif" font-size="13">
<defs><marker id="head" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0,0 L8,4 L0,8 z" fill="#64748b"/></marker></defs>
<rect width="100%" height="100%" fill="white"/>
${[...arrows, ...boxes].join('\n')}
</svg>
`;
}

/** Nodes by their distance to the dataset, the farthest first. */
function columnsOf(graph: LineageGraph, id: string): LineageNode[][] {
  const depth = new Map([[id, 0]]);
  for (let changed = true; changed; ) {
    changed = false;
    for (const [from, to] of graph.arrows) {
      const below = depth.get(to);
      if (below !== undefined && (depth.get(from) ?? -1) < below + 1 && below < graph.nodes.length) {
        depth.set(from, below + 1);
        changed = true;
      }
    }
  }
  const columns: LineageNode[][] = [];
  for (const node of graph.nodes) {
    const at = depth.get(node.id) ?? 0;
    columns[at] = [...(columns[at] ?? []), node];
  }
  return columns
    .map((column) =>
      column.length <= COLUMN_MAX ? column : [...column.slice(0, COLUMN_MAX - 1), restOf(column)],
    )
    .reverse();
}

function restOf(column: readonly LineageNode[]): LineageNode {
  const rest = column.length - COLUMN_MAX + 1;
  return { id: `rest-${column[0]!.id}`, kind: column[0]!.kind, label: `… and ${rest} more`, facts: {} };
}

function box({ kind, label, facts }: LineageNode, { x, y }: { x: number; y: number }): string {
  const [first, second] = Object.entries(facts).filter(([name]) => ['records', 'bytes', 'by'].includes(name));
  const note = [first, second]
    .flatMap((fact) => (fact === undefined ? [] : [`${fact[0]} ${fact[1]}`]))
    .join(', ');
  return `<g><title>${escapeXml(`${kind} ${label}`)}</title><rect x="${x}" y="${y}" width="${BOX.width}" height="${BOX.height}" rx="6" fill="${FILLS[kind]}" stroke="#475569"/>
<text x="${x + 10}" y="${y + 19}" fill="#0f172a">${escapeXml(cut(label))}</text><text x="${x + 10}" y="${y + 36}" fill="#475569" font-size="11">${escapeXml(cut(`${kind} ${note}`))}</text></g>`;
}

function cut(text: string): string {
  return text.length > LABEL_CHARS
    ? `${text.slice(0, LABEL_CHARS / 2)}…${text.slice(1 - LABEL_CHARS / 2)}`
    : text;
}

function escapeXml(text: string): string {
  return text.replace(
    /[&<>"]/g,
    (char) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[char]!,
  );
}
