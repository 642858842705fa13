/**
 * The port of files that are read as they are: exchange recordings, vendor files, tables. A format recognises its files by
 * content and turns their bytes, unpacked, into canonical records. Where the file does not say something (its day, its
 * symbol), an option does.
 */

import type { SchemaName } from '../registry.ts';
import type { Normaliser, RecordSink } from './adapter.ts';

export interface FileContext {
  /** Name without folders, for formats whose files tell day or symbol only there. */
  readonly fileName: string;
  /** Where the file lies, as it came, for formats that are read by their end; absent where there is no file. */
  readonly path?: string;
  /** By the names in `FileFormat.options`, defaults filled in; '' where nothing is given. */
  readonly options: Readonly<Record<string, string>>;
}

export interface FileFormat {
  /** Word for `--format`. */
  readonly name: string;
  /** Grows when the same bytes make other records. */
  readonly version: number;
  /** One sentence for help texts. */
  readonly about: string;
  readonly schemas: readonly SchemaName[];
  readonly options: Readonly<Record<string, { readonly about: string; readonly default: string }>>;
  /** Whether the first bytes (unpacked, at most 64 KiB; `isWhole` when that is all) are of this format. At most one format says yes. */
  recognise(head: Uint8Array, isWhole: boolean, fileName: string): boolean;
  /**
   * Venue of the records: of the file where it tells, else of the options. Asked once the file was read.
   * Raises DATA_REQUEST when an option is missing or wrong, before a byte is read.
   */
  open(context: FileContext, sink: RecordSink): FileNormaliser;
}

export interface FileNormaliser extends Normaliser {
  /** What is read by path once the bytes have gone by; the sink is drained between the steps. */
  readonly rest?: () => AsyncIterable<void>;
  /** Venue of the records; known at the latest when the first record is made. */
  readonly venue: string;
}
