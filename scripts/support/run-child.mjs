// Runs a program, passes signals on, and tells how it ended.

import { spawn } from 'node:child_process';
import { constants } from 'node:os';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * Runs a program with the terminal of this process and resolves to its exit code (128 + n when signal n ended it).
 * Rejects when the program cannot be started.
 */
export function runChild(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: 'inherit', ...options });
    const passOn = (signal) => child.kill(signal);
    for (const signal of SIGNALS) process.on(signal, passOn);
    const release = () => {
      for (const signal of SIGNALS) process.off(signal, passOn);
    };
    child.on('error', (error) => {
      release();
      reject(error);
    });
    child.on('close', (code, signal) => {
      release();
      resolve(signal === null ? code : 128 + constants.signals[signal]);
    });
  });
}

/** Runs a script with this same Node. */
export function runNode(args, options = {}) {
  return runChild(process.execPath, args, options);
}

/** Whether an exit code says that the user or the system stopped the program. */
export function isStopped(code) {
  return SIGNALS.some((signal) => code === 128 + constants.signals[signal]);
}
