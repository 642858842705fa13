/** A column of instrument names: each name is kept once, the rows hold its number. */

export class SymbolColumn {
  readonly codes: Int32Array;
  /** By code; code 0 is the absent name. */
  readonly names: string[] = [''];
  readonly #codeOf = new Map<string, number>([['', 0]]);

  constructor(capacity: number) {
    this.codes = new Int32Array(capacity);
  }

  /** The code of a name, given to it the first time. */
  code(name: string): number {
    let code = this.#codeOf.get(name);
    if (code === undefined) {
      code = this.names.length;
      this.names.push(name);
      this.#codeOf.set(name, code);
    }
    return code;
  }

  set(row: number, name: string): void {
    this.codes[row] = this.code(name);
  }

  name(row: number): string {
    return this.names[this.codes[row]!]!;
  }
}
