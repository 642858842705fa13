export { declareMessage, type GroupDeclaration } from './declare.ts';
export {
  readText,
  type SbeDecimal,
  type SbeDecoded,
  SbeDecoder,
  type SbeHeader,
  type SbeValue,
  type SbeValues,
} from './decoder.ts';
export {
  encodedBytes,
  fieldNamed,
  groupNamed,
  SBE_HEADER_BYTES,
  type SbeBlock,
  type SbeEncoding,
  type SbeField,
  type SbeGroup,
  type SbeMessage,
  type SbeSchema,
} from './schema.ts';
export { readSbeSchema } from './schema-xml.ts';
