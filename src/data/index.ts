export * from './formats/lobster-book-reader.ts';
export * from './formats/lobster-decoder.ts';
export * from './formats/lobster-encoder.ts';
export * from './formats/lobster-file-name.ts';
export * from './mbo-batch.ts';
export * from './quarantine.ts';
