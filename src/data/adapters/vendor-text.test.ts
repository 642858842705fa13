import { describe, expect, it } from 'vitest';
import { readCsvTable } from './csv-table.ts';
import { exactJson } from './exact-json.ts';

describe('JSON with long numbers', () => {
  it('whole numbers of more than 15 digits keep every digit, as text', () => {
    expect(exactJson('{"t":1651179319310617301,"q":7084210,"a":[1651179319310617301,1]}')).toEqual({
      t: '1651179319310617301',
      q: 7084210,
      a: ['1651179319310617301', 1],
    });
  });

  it('decimals and exponents stay numbers', () => {
    expect(exactJson('{"a":0.1234567890123456789,"b":2.51e+08}')).toEqual({
      a: 0.12345678901234568,
      b: 2.51e8,
    });
  });

  it('a text that looks like such a number stays as it is, and numbers beside it are exact', () => {
    const written = '{"title":"ids: 1651179319310617301, and \\"so\\" on","t":1651179319310617301}';
    expect(exactJson(written)).toEqual({
      title: 'ids: 1651179319310617301, and "so" on',
      t: '1651179319310617301',
    });
  });

  it('what is no JSON is undefined', () => {
    expect(exactJson('{"a":1')).toBeUndefined();
  });
});

describe('tables', () => {
  it('commas within quotation marks do not part, and absent values are left out', () => {
    const { rows, misfits } = readCsvTable('c,x,name\n"12,41",11,\n,2,"say ""hi"""\r\n');
    expect(rows).toEqual([
      { c: '12,41', x: '11' },
      { x: '2', name: 'say "hi"' },
    ]);
    expect(misfits).toEqual([]);
  });

  it('quotation marks behind a backslash are a part of the value', () => {
    expect(readCsvTable('a,b\n"[{\\"s\\":1}]",2').rows).toEqual([{ a: '[{"s":1}]', b: '2' }]);
  });

  it('lines with another number of columns are told apart', () => {
    const { rows, misfits } = readCsvTable('a,b\n1,2\n3\n4,5\n');
    expect(rows).toHaveLength(2);
    expect(misfits).toEqual([{ row: 1, line: '3' }]);
  });
});
