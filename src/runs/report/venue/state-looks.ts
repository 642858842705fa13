/**
 * How states of a session look: a name, a mark of two letters, a shape, and a tint for light and for dark screens. Shape and
 * mark tell states apart without colour; the tints are so light, or so dark, that the page's ink is read on them.
 */

import { SESSION_STATE_NAMES, type SessionStateName } from '../../../domain/index.ts';
import { isCollecting, isMatching } from '../../../market/index.ts';
import type { ReportedState } from './session-summary.ts';

/** 'tall': orders match; 'low': orders are collected; 'striped': trading is stopped; 'thin': orders are looked after; 'line': closed. */
export type StateShape = 'tall' | 'low' | 'striped' | 'thin' | 'line';

export interface StateLook {
  readonly name: string;
  readonly mark: string;
  /** A variable of the page. */
  readonly colour: string;
  readonly shape: StateShape;
}

const LOOKS: Readonly<
  Record<SessionStateName, readonly [name: string, mark: string, light: string, dark: string]>
> = {
  CLOSED: ['Closed', '', '#c9ced7', '#3a414d'],
  PRE_OPEN: ['Pre-open call', 'PO', '#f2cf7d', '#6b4f10'],
  NO_CANCEL: ['Call without cancels', 'NC', '#e3b04b', '#815c0c'],
  OPENING_AUCTION: ['Opening auction', 'OA', '#f3ab6d', '#8f4f18'],
  CONTINUOUS: ['Continuous trading', 'CT', '#a9bdf5', '#3350a8'],
  INTRADAY_AUCTION: ['Intraday auction', 'IA', '#cdb2f0', '#5e3f96'],
  VOLATILITY_AUCTION: ['Volatility or reopening call', 'VA', '#f4aabf', '#8f3152'],
  HALTED: ['Halted', 'HA', '#ee7f72', '#ac3931'],
  PAUSED: ['Paused', 'PA', '#f0a297', '#974940'],
  CLOSING_CALL: ['Closing call', 'CC', '#93d4c8', '#185a50'],
  CLOSING_AUCTION: ['Closing auction', 'CA', '#63c0b0', '#1c6d62'],
  CLOSE_CROSSING: ['Trading at the closing price', 'TC', '#b3dc97', '#416c28'],
  POST_TRADE: ['Post-trade', 'PT', '#c8cfda', '#454e5e'],
  CANCEL_ONLY: ['Cancel only', 'CO', '#dbd2c3', '#5a5142'],
  LIMIT_ONLY: ['Limit orders only', 'LO', '#abd6f0', '#2b5f80'],
  POST_ONLY: ['Post-only orders', 'PX', '#c2e2d3', '#35614c'],
};

/** Where a recording tells no state: nothing is drawn that could be taken for one. */
const UNKNOWN_LOOK: StateLook = { name: 'Not told', mark: '', colour: 'var(--line)', shape: 'line' };

export function lookOf(state: ReportedState): StateLook {
  if (state === 'UNKNOWN') return UNKNOWN_LOOK;
  const [name, mark] = LOOKS[state];
  return { name, mark, colour: `var(--${variableOf(state)})`, shape: shapeOf(state) };
}

/** The tints as variables of a style sheet. */
export const STATE_COLOURS_LIGHT = coloursOf(2);
export const STATE_COLOURS_DARK = coloursOf(3);

function coloursOf(column: 2 | 3): string {
  return SESSION_STATE_NAMES.map((state) => `--${variableOf(state)}: ${LOOKS[state][column]};`).join(' ');
}

function variableOf(state: SessionStateName): string {
  return `st${SESSION_STATE_NAMES.indexOf(state)}`;
}

function shapeOf(name: SessionStateName): StateShape {
  if (name === 'CLOSED') return 'line';
  if (name === 'HALTED' || name === 'PAUSED') return 'striped';
  const state = SESSION_STATE_NAMES.indexOf(name);
  if (isMatching(state)) return 'tall';
  return isCollecting(state) || name === 'CLOSE_CROSSING' ? 'low' : 'thin';
}
