/** The axis of run time: round steps of a clock and labels that fit them. Unit on the axis: seconds. */

/** Steps in seconds that a reader of clocks finds round. */
const STEPS_S: readonly number[] = [
  ...[0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30],
  ...[1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720].map((min) => min * 60),
  ...[1, 2, 5, 10, 20].map((days) => days * 86_400),
];

const DAY_S = 86_400;

export interface TimeAxis {
  readonly values: readonly number[];
  /** Of each value. */
  readonly labels: readonly string[];
  /** The same for the chart library, whose own labels know only calendar times. */
  readonly labelExpr: string;
}

/** Between two times in seconds, with about `ticks` labels. Where a day begins the label names it. */
export function timeAxis(fromS: number, toS: number, ticks: number): TimeAxis {
  const span = Math.max(toS - fromS, 1e-9);
  const step = STEPS_S.find((candidate) => span / candidate <= ticks) ?? span / ticks;
  const first = Math.ceil(fromS / step - 1e-9);
  const values: number[] = [];
  for (let i = first; i * step <= toS + step * 1e-9; i++) values.push(i * step);
  const hasDays = Math.floor(fromS / DAY_S) !== Math.ceil(toS / DAY_S) - 1;
  const labels = values.map((value) =>
    // The end of a day that stands alone.
    !hasDays && value > fromS && value % DAY_S === 0 ? '24:00' : labelOf(value, step, hasDays),
  );
  return {
    values,
    labels,
    labelExpr: `${JSON.stringify(labels)}[indexof(${JSON.stringify(values)}, datum.value)]`,
  };
}

function labelOf(value: number, step: number, hasDays: boolean): string {
  if (step >= DAY_S || (hasDays && value % DAY_S === 0)) return `day ${Math.floor(value / DAY_S) + 1}`;
  const decimals = Math.max(0, Math.ceil(-Math.log10(step) - 1e-9));
  // A run of its own time, within its first minute.
  if (decimals > 0 && value < 60) return `${Number(value.toFixed(decimals))} s`;
  const two = (part: number): string => String(Math.floor(part)).padStart(2, '0');
  const minutes = `${two((value / 3600) % 24)}:${two((value / 60) % 60)}`;
  if (step >= 60) return minutes;
  return `${minutes}:${(value % 60).toFixed(decimals).padStart(decimals === 0 ? 2 : decimals + 3, '0')}`;
}
