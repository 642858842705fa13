export { exponential, normal } from './ziggurat.ts';
