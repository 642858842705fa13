export { explainJournal, type RunContext } from './explain-journal.ts';
export type {
  Entry,
  Fill,
  Move,
  OrderExplanation,
  Outcome,
  Place,
  SentOrder,
  SessionEvent,
  Step,
  TakenPlace,
} from './explanation.ts';
export { OrderFollower } from './order-follower.ts';
export { ENDINGS, type EndingName, OBSTACLES, type Obstacle, type ObstacleKind } from './reasons.ts';
export { renderExplanation } from './render-explanation.ts';
