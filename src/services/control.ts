/** How a long piece of work tells where it stands and is asked to stop. */

export interface Progress {
  /** From 0 to 1. */
  readonly share: number;
  /** What is done so far, in a few words. */
  readonly text: string;
}

export interface Control {
  readonly onProgress?: (progress: Progress) => void;
  /** Aborted when the work should stop after the step at hand; what was accepted stays. */
  readonly signal?: AbortSignal;
}

/** Lets timers, signals and input have their turn between two steps. */
export function breathe(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
