/** Everything that can be wrong with a fee schedule beyond its form: gaps, overlaps, rules that price nothing. */

import { checkPeriods, type DatedPeriod } from '../exact/dated-periods.ts';
import { compareExact, isExactText, parseExact, ZERO } from '../exact/rational.ts';
import { describeKind, forEachFillKind, holds } from './fill-kinds.ts';
import type { Charge, FeePeriod, FeeRule, FeeSchedule, FeeTiers, Rate, RegulatoryFees } from './schedule.ts';

/** Every problem of a schedule with its path; an empty list means that it can be used. */
export function checkFeeSchedule(schedule: FeeSchedule): string[] {
  const problems = checkPeriods(schedule.periods, 'periods');
  schedule.periods.forEach((period, index) => {
    if (period.unknown === undefined) problems.push(...checkPeriod(period, `periods[${index}]`));
  });
  return problems;
}

/** Every problem of regulatory tables with its path. */
export function checkRegulatoryFees(fees: RegulatoryFees): string[] {
  const problems: string[] = [];
  const check = <T extends DatedPeriod>(
    rows: readonly T[],
    path: string,
    names: readonly (keyof T)[],
  ): void => {
    problems.push(...checkPeriods(rows, path));
    rows.forEach((row, index) => {
      if (row.unknown !== undefined) return;
      for (const name of names) {
        const where = `${path}[${index}].${String(name)}`;
        problems.push(...checkNotNegative(row[name] as string | undefined, where));
      }
    });
  };
  check(fees.section31, 'section31', ['perMillion']);
  check(fees.taf, 'taf', ['perShare', 'capPerTrade', 'perOptionContract']);
  check(fees.accessFeeCap, 'accessFeeCap', ['perShare', 'belowOneBps']);
  return problems;
}

/** Removing rates above the access-fee cap of their day (Rule 610(c), market-rules §5.1), with their paths. */
export function checkAccessFees(schedule: FeeSchedule, caps: RegulatoryFees['accessFeeCap']): string[] {
  const problems: string[] = [];
  schedule.periods.forEach((period, index) => {
    const overlapping = caps.filter(
      (cap) =>
        (cap.to === undefined || period.from < cap.to) && (period.to === undefined || cap.from < period.to),
    );
    period.rules.forEach((rule, at) => {
      if (!(rule.when.liquidity?.includes('remove') ?? true) || rule.when.displayed === false) return;
      for (const cap of overlapping) {
        const allowed = rule.perUnit === undefined ? cap.belowOneBps : cap.perShare;
        for (const rate of ratesOf(rule.perUnit ?? rule.bps)) {
          if (!isExactText(rate) || compareExact(parseExact(rate), parseExact(allowed)) <= 0) continue;
          problems.push(
            `periods[${index}].rules[${at}]: rate ${rate} is at most the access-fee cap ${allowed} from ${cap.from}`,
          );
        }
      }
    });
  });
  return problems;
}

function checkPeriod(period: FeePeriod, path: string): string[] {
  const problems: string[] = [];
  if (period.sources.length === 0) problems.push(`${path}.sources: at least one source key`);
  if (period.tiers !== undefined) problems.push(...checkTiers(period.tiers, `${path}.tiers`));
  for (const [name, percent] of Object.entries(period.discounts)) {
    const where = `${path}.discounts.${name}`;
    const sound = checkNotNegative(percent, where);
    if (sound.length === 0 && compareExact(parseExact(percent), parseExact('100')) > 0)
      sound.push(`${where}: percent off from 0 to 100, found ${percent}`);
    problems.push(...sound);
  }
  const tierNames = period.tiers?.bands.map((band) => band.name) ?? [];
  period.rules.forEach((rule, index) => {
    problems.push(...checkCharge(rule, tierNames, `${path}.rules[${index}]`));
    if (rule.monthlyCap !== undefined)
      problems.push(...checkNotNegative(rule.monthlyCap.amount, `${path}.rules[${index}].monthlyCap.amount`));
  });
  if (period.feeAsset === 'received') problems.push(...checkReceived(period.rules, path));
  period.clearing.forEach((charge, index) => {
    problems.push(...checkCharge(charge, tierNames, `${path}.clearing[${index}]`));
  });
  return [...problems, ...checkCapGroups(period.rules, path), ...checkCoverage(period, path)];
}

function checkTiers(tiers: FeeTiers, path: string): string[] {
  const problems: string[] = [];
  const { bands } = tiers;
  const names = bands.map((band) => band.name);
  if (!names.includes(tiers.assumed))
    problems.push(`${path}.assumed: "${tiers.assumed}" is one of ${names.join(', ')}`);
  bands.forEach((band, index) => {
    const where = `${path}.bands[${index}]`;
    if (names.indexOf(band.name) !== index) problems.push(`${where}.name: "${band.name}" is used once`);
    if (tiers.measure === 'assigned') {
      if (band.from !== undefined || band.to !== undefined)
        problems.push(`${where}: an assigned tier has no from and no to`);
      return;
    }
    if (band.from === undefined) {
      problems.push(`${where}.from: where the tier begins (missing)`);
      return;
    }
    const unsound = [
      ...checkNotNegative(band.from, `${where}.from`),
      ...checkNotNegative(band.to, `${where}.to`),
    ];
    problems.push(...(unsound.length > 0 ? unsound : checkBandEnds(bands, index, where)));
  });
  return problems;
}

/** How a band fits to its neighbours: from zero, without gap or overlap, open at the end. */
function checkBandEnds(bands: FeeTiers['bands'], index: number, where: string): string[] {
  const { from, to } = bands[index]!;
  const start = parseExact(from!);
  const problems: string[] = [];
  if (index === 0 && compareExact(start, ZERO) !== 0)
    problems.push(`${where}.from: gap, the first tier begins at 0, found ${from}`);
  const before = bands[index - 1]?.to;
  if (before !== undefined && isExactText(before)) {
    const order = compareExact(start, parseExact(before));
    if (order > 0) problems.push(`${where}.from: gap between the tiers from ${before} to ${from}`);
    if (order < 0)
      problems.push(`${where}.from: overlap, ${from} lies below the end ${before} of the tier above`);
  }
  const isLast = index === bands.length - 1;
  if (isLast && to !== undefined) problems.push(`${where}.to: gap, the last tier has no end, found ${to}`);
  if (!isLast && to === undefined) problems.push(`${where}.to: only the last tier has no end`);
  if (to !== undefined && compareExact(parseExact(to), start) <= 0)
    problems.push(`${where}.to: ${to} lies above from ${from}`);
  return problems;
}

function checkCharge(charge: Charge, tierNames: readonly string[], path: string): string[] {
  const problems: string[] = [];
  if ((charge.perUnit === undefined) === (charge.bps === undefined))
    problems.push(`${path}: exactly one of perUnit and bps`);
  const rate = charge.perUnit ?? charge.bps;
  if (typeof rate === 'object') {
    for (const name of tierNames)
      if (rate[name] === undefined) problems.push(`${path}: gap in the tiers, no rate for tier "${name}"`);
    for (const name of Object.keys(rate)) {
      if (!tierNames.includes(name))
        problems.push(
          `${path}: "${name}" is a tier of the period (${tierNames.join(', ') || 'it has none'})`,
        );
    }
  }
  const rates = ratesOf(rate);
  for (const text of rates)
    if (!isExactText(text)) problems.push(`${path}: a rate is a decimal number, found "${text}"`);
  const limits = [charge.minPerTrade, charge.maxPerTrade];
  problems.push(...checkNotNegative(limits[0], `${path}.minPerTrade`));
  problems.push(...checkNotNegative(limits[1], `${path}.maxPerTrade`));
  if (limits.some((limit) => limit !== undefined) && rates.some((text) => text.startsWith('-')))
    problems.push(`${path}: minPerTrade and maxPerTrade are for charges, not for rebates`);
  if (limits.every((limit) => limit !== undefined && isExactText(limit))) {
    if (compareExact(parseExact(limits[0]!), parseExact(limits[1]!)) > 0)
      problems.push(`${path}.minPerTrade: ${limits[0]} is at most maxPerTrade ${limits[1]}`);
  }
  return problems;
}

/** A fee in the received asset is a part of the quantity: amounts of currency have no meaning in it. */
function checkReceived(rules: readonly FeeRule[], path: string): string[] {
  return rules.flatMap((rule, index) => {
    const hasAmount =
      rule.perUnit !== undefined ||
      rule.minPerTrade !== undefined ||
      rule.maxPerTrade !== undefined ||
      rule.monthlyCap !== undefined;
    return hasAmount
      ? [
          `${path}.rules[${index}]: a fee taken from the received asset is in bps, without amounts of currency`,
        ]
      : [];
  });
}

function checkCapGroups(rules: readonly FeeRule[], path: string): string[] {
  const amounts = new Map<string, string>();
  return rules.flatMap(({ monthlyCap }, index) => {
    if (monthlyCap === undefined) return [];
    const first = amounts.get(monthlyCap.group) ?? monthlyCap.amount;
    amounts.set(monthlyCap.group, first);
    if (first === monthlyCap.amount) return [];
    return [
      `${path}.rules[${index}].monthlyCap.amount: group "${monthlyCap.group}" has one amount, found ${monthlyCap.amount} and ${first}`,
    ];
  });
}

/** Each kind of fill finds a rule, and each rule finds a kind of fill that no rule above it takes. */
function checkCoverage(period: FeePeriod, path: string): string[] {
  let total = 0;
  let uncovered = 0;
  let example = '';
  const isUsed = period.rules.map(() => false);
  forEachFillKind(period, (kind, branch) => {
    total++;
    const index = period.rules.findIndex((rule) => holds(rule.when, kind, branch));
    if (index >= 0) isUsed[index] = true;
    else if (uncovered++ === 0) example = describeKind(kind, branch);
  });
  const problems: string[] = [];
  if (uncovered > 0) {
    problems.push(
      `${path}.rules: gap, ${uncovered} of ${total} kinds of fill have no rule, for instance ${example}; what the venue has not is left out by serves`,
    );
  }
  isUsed.forEach((used, index) => {
    if (!used)
      problems.push(
        `${path}.rules[${index}].when: no fill reaches this rule; those above take all, or the venue does not serve it`,
      );
  });
  return problems;
}

function ratesOf(rate: Rate | undefined): string[] {
  if (rate === undefined) return [];
  return typeof rate === 'string' ? [rate] : Object.values(rate);
}

function checkNotNegative(text: string | undefined, path: string): string[] {
  if (text === undefined) return [];
  if (!isExactText(text)) return [`${path}: a decimal number, found "${text}"`];
  return text.startsWith('-') ? [`${path}: at least 0, found ${text}`] : [];
}
