export { type AdjustRequest, type AdjustResult, adjustDataset } from './actions/adjust-dataset.ts';
export { Adjustment, type AdjustmentMode } from './actions/adjustment.ts';
export { ADAPTERS } from './adapters/index.ts';
export * from './book/book-checksum.ts';
export * from './book/feed-book.ts';
export { openByteSource, readAllBytes, SOURCE_CHUNK_BYTES } from './byte-source.ts';
export { type ConvertRequest, type ConvertResult, convertDataset } from './currency/convert-dataset.ts';
export { type CurrencyPair, parsePair } from './currency/pairs.ts';
export { type RateAt, RateBook } from './currency/rate-book.ts';
export { readRates } from './currency/read-rates.ts';
export { FILE_FORMATS } from './files/index.ts';
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
export {
  MDP_FORMAT,
  MDP_SCHEMA,
  MdpNormaliser,
} from './formats/mdp/index.ts';
export { MdpStatusDecoder } from './formats/mdp-status.ts';
export { decodeMoldHeader, encodeMoldHeader, type MoldHeader, MoldSequencer } from './formats/mold-udp64.ts';
export { PcapReader } from './formats/pcap.ts';
export {
  fieldNamed,
  readSbeSchema,
  type SbeBlock,
  SbeDecoder,
  type SbeEncoding,
  type SbeSchema,
} from './formats/sbe/index.ts';
export {
  type ContinuousRequest,
  type ContinuousResult,
  type ContinuousRoll,
  continuousDataset,
  ROLL_ADJUSTMENTS,
  type RollAdjustment,
  type RollProduct,
} from './futures/continuous.ts';
export {
  type Contract,
  planRolls,
  ROLL_RULES,
  type Roll,
  type RollPlan,
  type RollRule,
} from './futures/rolls.ts';
export { TradingDays } from './futures/trading-days.ts';
export type {
  DataAdapter,
  FetchContext,
  IngestRequest,
  IngestTask,
  LiveFeed,
  LiveFrame,
  Normaliser,
  RawPage,
  RecordSink,
} from './ingest/adapter.ts';
export type { FileContext, FileFormat, FileNormaliser } from './ingest/file-format.ts';
export { type FileRequest, fileDataset, type RecognisedFile, recogniseFiles } from './ingest/file-ingest.ts';
export { MemorySink } from './ingest/memory-sink.ts';
export { MemorySource } from './ingest/memory-source.ts';
export { RecentSource } from './ingest/recent-source.ts';
export { type IngestOutcome, type IngestProgress, runIngest } from './ingest/run-ingest.ts';
export { type LiveProgress, runLive } from './ingest/run-live.ts';
export {
  liveDataset,
  resolveRequest,
  type VendorRequest,
  vendorDataset,
  vendorTasks,
} from './ingest/vendor-ingest.ts';
export type { DatasetEntry } from './lake/catalogue.ts';
export {
  contentHash,
  type Dataset,
  type DatasetHead,
  isComplete,
  sumOf,
  type TaskLine,
} from './lake/dataset.ts';
export { Lake } from './lake/lake.ts';
export { type LineageGraph, lineageDot, lineageOf, lineageText } from './lake/lineage.ts';
export { lineageSvg } from './lake/lineage-picture.ts';
export { MboRecords, type MboRecordsOptions, numberSymbols } from './lake/mbo-records.ts';
export { type MigrateResult, migrateDataset } from './lake/migrate.ts';
export { parquetType } from './lake/parquet-columns.ts';
export type { Part } from './lake/part-writer.ts';
export type { RecordQuery, RecordSource } from './lake/record-source.ts';
export {
  compactDataset,
  type FileProblem,
  findWaste,
  prune,
  verifyDataset,
  type Waste,
} from './lake/upkeep.ts';
export type { VenueWording } from './lake/venue-from-records.ts';
export * from './mbo-batch.ts';
export {
  type ChainContract,
  type ChainExpiry,
  type ChainRequest,
  type OptionChain,
  optionChain,
} from './options/chain.ts';
export { ALWAYS_OPEN, type SessionCalendar } from './quality/calendar.ts';
export { type FillRequest, type FillResult, fillDataset } from './quality/fill-dataset.ts';
export { FILL_POLICIES, type FillPolicy } from './quality/fill-records.ts';
export type { Gap } from './quality/gap-log.ts';
export { QUALITY_DEFAULTS, type QualityOptions, qualityOptionsOf } from './quality/options.ts';
export { type AsideEntry, type ReadmitResult, readmitRecords, setAsideOf } from './quality/readmit.ts';
export type { QualityReport, SchemaQuality, SymbolQuality } from './quality/report.ts';
export { createQualityStage } from './quality/stage.ts';
export { type ValidateOptions, type ValidateResult, validateDataset } from './quality/validate.ts';
export * from './quarantine.ts';
export * from './registry.ts';
export { type ArrowField, type ArrowSchema, type ArrowType, arrowSchema } from './schema/arrow-schema.ts';
export { RecordBatch } from './schema/record-batch.ts';
export { midnightIn } from './schema/zoned-time.ts';
export { type DataFormat, sniffBytes, sniffFormat } from './sniff-format.ts';
export { type FuturesCode, futureSymbol, MONTH_LETTERS, parseFutureSymbol } from './symbols/futures-code.ts';
export { type MapRequest, type MapResult, mapDataset } from './symbols/map-dataset.ts';
export { MappedSource, type Mapping } from './symbols/mapped-source.ts';
export { type OccContract, occSymbol, parseOccSymbol } from './symbols/occ.ts';
export { readSymbolHistory } from './symbols/read-history.ts';
export { readSpelling, SPELLERS, type SpelledInstrument, type Speller, spell } from './symbols/spellings.ts';
export { type NameEvent, type NameSpan, SymbolHistory } from './symbols/symbol-history.ts';
export { receiveTimeNs } from './transport/clock.ts';
export * from './transport/feed-sequencer.ts';
export { HttpClient } from './transport/http-client.ts';
export { readSecrets, secretPlaces } from './transport/secrets.ts';
export * from './venue-message.ts';
export { zoneClockMs, zoneFormat, zoneInstantMs } from './zone-instant.ts';
