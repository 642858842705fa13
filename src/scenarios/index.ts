export { planRun, type RunPlan } from './build.ts';
export * from './calibration/index.ts';
export { clockText, nsOfDay } from './clock-time.ts';
export type { FlowOfModel, FlowsByHash } from './flow-agent.ts';
export { checkScenario, parseScenario, parseScenarioText } from './parse.ts';
export {
  type ExpiryRule,
  expiryDay,
  type FuturesProduct,
  parseFuturesProducts,
} from './reference/futures-products.ts';
export { hoursOf, type Scenario, scenarioSchema } from './schema.ts';
export { parseFeeSchedule, parseRegulatoryFees } from './venues/fee-schedule.ts';
export {
  type FuturesIncrements,
  parseFuturesIncrements,
  parseRts11,
  parseSymbolFilters,
  parseUsEquityIncrements,
  type UsEquityIncrements,
} from './venues/increment-tables.ts';
export { parseCalendar } from './venues/session-calendar.ts';
export { parseSessions, type SessionContext } from './venues/session-schedule.ts';
export {
  firstTradingDays,
  parseVenue,
  readVenue,
  type Venue,
  type VenueConfig,
  venueProblems,
  venueSchema,
  type ZoneClock,
} from './venues/venue-config.ts';
