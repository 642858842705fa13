/** Kinds of kernel events in a world, and who comes first at equal times. */

export const KIND_COMMAND = 1;
export const KIND_ANSWER = 2;
export const KIND_WAKE = 3;
export const KIND_FEED = 4;
export const KIND_EXPIRY = 5;
export const KIND_DAY_END = 6;
/** Sessions and breakers of the venue. */
export const KIND_VENUE = 7;
/** A command has passed the gateway of its venue. */
export const KIND_SERVED = 9;
/** A venue hears from another one of a part that it routed there. */
export const KIND_RETURN = 10;
/** The consolidated feed shows something new. */
export const KIND_QUOTES = 11;
/** A shock begins or ends. Payload: its index, and 1 at its end. */
export const KIND_SHOCK = 8;

/** A corporate action takes effect. Payload: its index. */
export const KIND_ACTION = 12;
/** Option contracts expire. Payload: place in the spec's list. */
export const KIND_CONTRACT_END = 13;

export const PRIORITY_EXPIRY = 0;
export const PRIORITY_COMMAND = 1;
export const PRIORITY_ANSWER = 2;
export const PRIORITY_FEED = 3;
export const PRIORITY_WAKE = 4;
