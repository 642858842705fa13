/** Files and captures of Nasdaq TotalView-ITCH 5.0 as canonical records. Neither tells its day: an option, the name, or the capture's clock does. */

import { TwinError } from '../../../base/index.ts';
import { ItchDecoder } from '../../formats/itch-decoder.ts';
import { ItchPcapDecoder, WINDOW_MS } from '../../formats/itch-pcap-decoder.ts';
import type { FileContext, FileFormat } from '../../ingest/file-format.ts';
import { dayOfText } from '../../schema/day.ts';
import { sniffBytes } from '../../sniff-format.ts';
import { DATE_OPTION, OptionReader, VENUE_OPTION, ZONE_OPTION } from '../file-options.ts';
import { pickingSink, pickOf, RECORDS_OPTION, SYMBOLS_OPTION } from '../picking.ts';
import { SinkQuarantine } from '../sink-quarantine.ts';
import { isItchCapture } from './itch-capture.ts';
import { ItchDirectory } from './itch-directory.ts';
import { E4_STEPS } from './lobster-file.ts';
import { type MboEpochs, MboNormaliser } from './mbo-normaliser.ts';

const SCHEMAS = ['mbo', 'trade', 'status', 'imbalance', 'statistics', 'definition'] as const;
const WINDOW_MS_MAX = 60_000;

const OPTIONS = {
  records: RECORDS_OPTION,
  symbols: SYMBOLS_OPTION,
  date: DATE_OPTION,
  zone: ZONE_OPTION,
  venue: VENUE_OPTION('XNAS'),
  sides: {
    about:
      'yes where trades with hidden orders tell the side of the resting order (before 2014-07-14), else no',
    default: 'no',
  },
};

export const ITCH_FILE: FileFormat = {
  name: 'itch',
  version: 2,
  about: 'Nasdaq TotalView-ITCH 5.0, a file of messages',
  schemas: SCHEMAS,
  options: OPTIONS,
  recognise: (head, isWhole) => sniffBytes(head, isWhole) === 'itch',
  open(context, sink) {
    const options = new OptionReader('itch', context);
    const zone = options.zone();
    const date = options.date(dateOfName(context.fileName));
    const hasHiddenTradeSides = options.oneOf('sides', ['yes', 'no'], 'no') === 'yes';
    const pick = pickOf(options, SCHEMAS);
    options.check();
    const epochNs = zone.midnightNs(date)!;
    const directory = new ItchDirectory(pickingSink(sink, pick));
    directory.setEpoch(epochNs);
    const decoder = new ItchDecoder(new SinkQuarantine(sink, context.fileName), {
      hasHiddenTradeSides,
      onDirectory: (message, sourceIndex) => directory.add(message, sourceIndex),
    });
    return new MboNormaliser(sink, {
      venue: options.text('venue') || 'XNAS',
      pick,
      decoder,
      priceSteps: E4_STEPS,
      isPriceOfOrder: true,
      epochs: () => ({ eventNs: epochNs, recvNs: epochNs }),
    });
  },
};

export const ITCH_PCAP_FILE: FileFormat = {
  name: 'itch-pcap',
  version: 2,
  about: 'Nasdaq TotalView-ITCH 5.0, captured packets (MoldUDP64), one line or both',
  schemas: SCHEMAS,
  options: {
    ...OPTIONS,
    window: {
      about: 'how long a missing packet is waited for, also on the other line, ms',
      default: String(WINDOW_MS),
    },
  },
  recognise: (head) => isItchCapture(head),
  open(context, sink) {
    const options = new OptionReader('itch-pcap', context);
    const windowMs = options.number('window', [0, WINDOW_MS_MAX], WINDOW_MS);
    const zone = options.zone();
    const given = options.text('date');
    if (given !== '') options.date();
    const hasHiddenTradeSides = options.oneOf('sides', ['yes', 'no'], 'no') === 'yes';
    const pick = pickOf(options, SCHEMAS);
    options.check();
    const directory = new ItchDirectory(pickingSink(sink, pick));
    const decoder = new ItchPcapDecoder(new SinkQuarantine(sink, context.fileName), {
      hasHiddenTradeSides,
      windowMs,
      onDirectory: (message, sourceIndex) => {
        if (!directory.isOpen) directory.setEpoch(epochs().eventNs);
        directory.add(message, sourceIndex);
      },
    });
    const epochs = (): MboEpochs => {
      const recvNs = decoder.captureEpochNs;
      const firstNs = decoder.firstCaptureNs;
      if (given === '' && firstNs === null) throw noDay(context);
      const date = given === '' ? zone.dateOf(firstNs!) : given;
      return { eventNs: zone.midnightNs(date)!, recvNs: recvNs ?? 0n };
    };
    return new MboNormaliser(sink, {
      venue: options.text('venue') || 'XNAS',
      pick,
      decoder,
      priceSteps: E4_STEPS,
      isPriceOfOrder: true,
      epochs,
    });
  },
};

function noDay({ fileName }: FileContext): TwinError {
  return new TwinError('DATA_REQUEST', 'the day of a capture without times is an option', {
    file: fileName,
    option: 'date',
  });
}

/** The day in a name: Nasdaq writes month, day, year (01302020.NASDAQ_ITCH50, S013020-v50.txt), others the year first. */
export function dateOfName(fileName: string): string | null {
  const long = /(?:^|\D)(\d{4})-?(\d{2})-?(\d{2})(?:\D|$)/.exec(fileName);
  if (long !== null) {
    const [, a, b, c] = long as unknown as [string, string, string, string];
    for (const date of [`${a}-${b}-${c}`, `${b}${c}-${a.slice(0, 2)}-${a.slice(2)}`]) {
      const year = Number(date.slice(0, 4));
      if (year >= 1980 && year < 2100 && dayOfText(date) !== null) return date;
    }
  }
  const short = /^S(\d{2})(\d{2})(\d{2})-v\d+/.exec(fileName);
  const date = short === null ? '' : `20${short[3]}-${short[1]}-${short[2]}`;
  return dayOfText(date) === null ? null : date;
}
