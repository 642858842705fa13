export { openByteSource, readAllBytes, SOURCE_CHUNK_BYTES } from './byte-source.ts';
export { DbnDecoder, type DbnDecoderOptions } from './formats/dbn-decoder.ts';
export {
  DBN_NO_SCHEMA,
  DBN_SCHEMA_NAMES,
  DBN_UNDEF_U64,
  type DbnInterval,
  type DbnMapping,
  type DbnMetadata,
  dbnSchemaName,
  decodeDbnMetadata,
} from './formats/dbn-metadata.ts';
export { DBN_RTYPE_NAMES } from './formats/dbn-record.ts';
export { type DbnMboExtras, DbnMboWriter, encodeDbnMetadata } from './formats/dbn-writer.ts';
export { ItchDecoder } from './formats/itch-decoder.ts';
export { encodeBatchAsItch, type ItchEncodeOptions, ItchWriter } from './formats/itch-encoder.ts';
export type { ItchDecoderOptions } from './formats/itch-frames.ts';
export {
  decodeItchMessage,
  encodeItchMessage,
  ITCH_LENGTHS,
  type ItchMessage,
  type ItchMessageOf,
  type ItchType,
} from './formats/itch-messages.ts';
export { ItchPcapDecoder } from './formats/itch-pcap-decoder.ts';
export * from './formats/lobster-book-reader.ts';
export * from './formats/lobster-decoder.ts';
export * from './formats/lobster-encoder.ts';
export * from './formats/lobster-file-name.ts';
export { MdpStatusDecoder } from './formats/mdp-status.ts';
export { decodeMoldHeader, encodeMoldHeader, type MoldHeader, MoldSequencer } from './formats/mold-udp64.ts';
export { PcapReader } from './formats/pcap.ts';
export * from './mbo-batch.ts';
export * from './quarantine.ts';
export { type DataFormat, sniffBytes, sniffFormat } from './sniff-format.ts';
export * from './venue-message.ts';
