export { BASELINE_TICKS_MAX, type BaselineRates, fitBaseline } from './flow/baseline-fit.ts';
export { FLOW_EVENTS_MIN, type FlowFit, FlowForks, fitFlow } from './flow/fit-flow.ts';
export { eventsOfFlow, type FlowEvents } from './flow/flow-events.ts';
export { INTENSITY_DEFAULTS, type IntensityOptions } from './flow/intensity-fit.ts';
export { fitHawkes, HAWKES_DEFAULTS, type HawkesFit, type HawkesFitOptions } from './hawkes-em.ts';
