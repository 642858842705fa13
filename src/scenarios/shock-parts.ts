/** What kinds of shocks have in common. */

import { z } from 'zod';
import { decimalText } from '../domain/index.ts';

const DECIMAL = /^-?\d+(\.\d+)?$/;
const TIME = /^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,3})?)?$/;

export const timing = {
  at: z
    .string()
    .regex(TIME, 'a time of day as HH:MM, HH:MM:SS or HH:MM:SS.mmm, in quotes')
    .meta({ description: 'When it begins, local time of the venue.', range: 'time of day' }),
  day: z.int().min(1).max(60).meta({ description: 'On which trading day of the run.' }).default(1),
};
export const instruments = z
  .array(z.string())
  .min(1)
  .meta({ description: 'Symbols; all if absent.' })
  .optional();
export const decimal = z
  .union([z.string(), z.number()])
  .transform(decimalText)
  .refine((text) => DECIMAL.test(text), 'a decimal number');
