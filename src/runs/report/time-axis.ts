/** The axis of run time: round steps of a clock and labels that fit them. Unit on the axis: seconds. */

/** Steps in seconds that a reader of clocks finds round. */
const STEPS_S: readonly number[] = [
  ...[0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30],
  ...[1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720].map((min) => min * 60),
  ...[1, 2, 5, 10, 20].map((days) => days * 86_400),
];

export interface TimeAxis {
  readonly values: readonly number[];
  /** Vega expression of a label; the library's own knows only calendar times. */
  readonly labelExpr: string;
}

/** Between two times in seconds, with about `ticks` labels. */
export function timeAxis(fromS: number, toS: number, ticks: number): TimeAxis {
  const span = Math.max(toS - fromS, 1e-9);
  const step = STEPS_S.find((candidate) => span / candidate <= ticks) ?? span / ticks;
  const first = Math.ceil(fromS / step - 1e-9);
  const values: number[] = [];
  for (let i = first; i * step <= toS + step * 1e-9; i++) values.push(i * step);
  return { values, labelExpr: labelOf(step) };
}

function labelOf(step: number): string {
  const hours = "format(floor(datum.value / 3600) % 24, '02d')";
  const minutes = "format(floor(datum.value / 60) % 60, '02d')";
  const seconds = "format(floor(datum.value) % 60, '02d')";
  if (step >= 86_400) return "'day ' + format(floor(datum.value / 86400), 'd')";
  if (step >= 60) return `${hours} + ':' + ${minutes}`;
  if (step >= 1) return `${hours} + ':' + ${minutes} + ':' + ${seconds}`;
  return "format(datum.value, '~r') + ' s'";
}
