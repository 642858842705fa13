/** The thread of a worker: answers one task after another until it is ended. */

import { parentPort, workerData } from 'node:worker_threads';
import { invariant } from '../../base/index.ts';
import { raiseInliningBudget } from '../engine-flags.ts';
import { answerTask, type PointContext, type PointTask } from './point-task.ts';

invariant(parentPort !== null, 'a worker has one who asks it');
const port = parentPort;
raiseInliningBudget();
const context: PointContext = { ...(workerData as PointContext), flows: new Map() };
port.on('message', (task: PointTask) => port.postMessage(answerTask(context, task)));
