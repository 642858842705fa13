export { Accounts } from './accounts.ts';
export { type GroupSpec, type Links, NULL_SINK, type WorldSpec } from './spec.ts';
export { World } from './world.ts';
