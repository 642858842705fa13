/** Where a dataset comes from: the chain of datasets, their tasks and the raw objects behind them, as a graph of nodes and arrows. */

import type { Lake } from './lake.ts';

export interface LineageNode {
  readonly id: string;
  readonly kind: 'dataset' | 'task' | 'raw';
  readonly label: string;
  readonly facts: Readonly<Record<string, string | number>>;
}

export interface LineageGraph {
  readonly nodes: readonly LineageNode[];
  /** From what something was made to what was made of it. */
  readonly arrows: readonly (readonly [from: string, to: string])[];
}

/** Datasets that are followed upwards; a chain that is longer is a mistake of whoever made it. */
const DATASETS_MAX = 1000;

/** The graph above a dataset, up to the raw objects. Raises DATA_NOT_FOUND. */
export function lineageOf(lake: Lake, id: string): LineageGraph {
  const nodes = new Map<string, LineageNode>();
  const arrows: [string, string][] = [];
  const open = [id];
  for (let at = 0; at < open.length && at < DATASETS_MAX; at++) {
    const name = open[at]!;
    const { head, done, parts } = lake.dataset(name);
    nodes.set(name, {
      id: name,
      kind: 'dataset',
      label: name,
      facts: {
        made: head.createdAt,
        by: `${head.maker.name} ${head.maker.version}`,
        code: head.codeVersion,
        request: JSON.stringify(head.request),
        records: parts.reduce((sum, { rows }) => sum + rows, 0),
        files: parts.length,
      },
    });
    for (const parent of head.parents) {
      arrows.push([parent, name]);
      if (!open.includes(parent)) open.push(parent);
    }
    for (const task of done.values()) {
      const taskId = `${name}/${task.task}`;
      const records = Object.values(task.counts).reduce((sum, count) => sum + count, 0);
      nodes.set(taskId, {
        id: taskId,
        kind: 'task',
        label: task.label,
        facts: { records, ended: task.endedAt },
      });
      arrows.push([taskId, name]);
      for (const { sha256, bytes, origin } of task.raw) {
        nodes.set(sha256, { id: sha256, kind: 'raw', label: origin, facts: { bytes, sha256 } });
        arrows.push([sha256, taskId]);
      }
    }
  }
  return { nodes: [...nodes.values()], arrows };
}

/** Entries of one kind below a node that are listed before the rest is counted. */
const LISTED_MAX = 12;

/** The graph as an indented text, from the dataset up to what it was made of. */
export function lineageText(graph: LineageGraph, id: string): string {
  const byId = new Map(graph.nodes.map((node) => [node.id, node]));
  const sources = new Map<string, string[]>();
  for (const [from, to] of graph.arrows) sources.set(to, [...(sources.get(to) ?? []), from]);
  const lines: string[] = [];
  const tell = (name: string, depth: number, above: readonly string[]): void => {
    const node = byId.get(name);
    if (node === undefined || above.includes(name)) return;
    const facts = Object.entries(node.facts).map(([fact, value]) => `${fact} ${shorten(String(value))}`);
    lines.push(`${'  '.repeat(depth)}${node.kind} ${node.label}  (${facts.join(', ')})`);
    const below = sources.get(name) ?? [];
    for (const source of below.slice(0, LISTED_MAX)) tell(source, depth + 1, [...above, name]);
    if (below.length > LISTED_MAX)
      lines.push(`${'  '.repeat(depth + 1)}… and ${below.length - LISTED_MAX} more`);
  };
  tell(id, 0, []);
  return lines.join('\n');
}

/** The graph in the language of Graphviz. */
export function lineageDot(graph: LineageGraph): string {
  const shapes = { dataset: 'box3d', task: 'box', raw: 'note' } as const;
  const quote = (text: string): string => `"${text.replace(/[\\"]/g, '\\$&')}"`;
  const nodes = graph.nodes.map(
    ({ id, kind, label }) => `  ${quote(id)} [label=${quote(label)}, shape=${shapes[kind]}];`,
  );
  const arrows = graph.arrows.map(([from, to]) => `  ${quote(from)} -> ${quote(to)};`);
  return `digraph lineage {\n  rankdir=LR;\n${[...nodes, ...arrows].join('\n')}\n}\n`;
}

function shorten(text: string): string {
  return text.length > 96 ? `${text.slice(0, 95)}…` : text;
}
