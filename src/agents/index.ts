export { type OrderBurst, OrderScript } from './order-script.ts';
export { ORDERS_PER_AGENT_MAX, RandomFlow, type RandomFlowParameters } from './random-flow.ts';
