export { type LinkedScriptTerms, type OrderBurst, OrderScript, type ScriptTerms } from './order-script.ts';
export { type QuoteBurst, QuoteScript } from './quote-script.ts';
export { ORDERS_PER_AGENT_MAX, RandomFlow, type RandomFlowParameters } from './random-flow.ts';
