export * from './agent-port.ts';
export * from './event-buffer.ts';
export * from './events.ts';
export * from './instrument.ts';
export * from './order-terms.ts';
export * from './ports.ts';
export * from './reject-codes.ts';
export * from './tickets.ts';
