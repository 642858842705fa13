export { replaceFile, syncFile, syncFolder } from './durable.ts';
