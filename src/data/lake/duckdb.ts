/**
 * DuckDB in memory: the engine that writes and reads the lake's Parquet files. It opens no database file, so that server, command
 * line and an ingest may work side by side, and it never looks for extensions on the network.
 */

import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';

export interface DuckOptions {
  /** One keeps rows in their order and files the same on every machine. */
  readonly threads?: number;
  readonly memoryMb?: number;
  /** Where it puts what does not fit into memory. */
  readonly spillFolder?: string;
}

const MEMORY_MB = 1024;

export interface DuckRoom {
  readonly connection: DuckDBConnection;
  readonly name: string;
}

/** A connection that owns its engine. */
export class Duck {
  readonly connection: DuckDBConnection;
  readonly #instance: DuckDBInstance;
  #rooms = 0;

  private constructor(instance: DuckDBInstance, connection: DuckDBConnection) {
    this.#instance = instance;
    this.connection = connection;
  }

  static async open(options: DuckOptions = {}): Promise<Duck> {
    const { DuckDBInstance: Instance } = await import('@duckdb/node-api');
    const instance = await Instance.create(':memory:', {
      threads: String(options.threads ?? 1),
      memory_limit: `${options.memoryMb ?? MEMORY_MB}MB`,
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
      ...(options.spillFolder === undefined ? {} : { temp_directory: options.spillFolder }),
    });
    const connection = await instance.connect();
    await connection.run("SET TimeZone = 'UTC'");
    return new Duck(instance, connection);
  }

  /**
   * Another connection, in a room of its own: names of tables and types in it are nobody else's, and what waits on it holds nobody
   * up. `closeRoom` ends it.
   */
  async openRoom(): Promise<DuckRoom> {
    const connection = await this.#instance.connect();
    const name = `room_${this.#rooms++}`;
    await connection.run(`CREATE SCHEMA ${name}`);
    await connection.run(`USE ${name}`);
    return { connection, name };
  }

  async closeRoom({ connection, name }: DuckRoom): Promise<void> {
    await connection.run('USE main');
    await connection.run(`DROP SCHEMA ${name} CASCADE`);
    connection.closeSync();
  }

  close(): void {
    this.connection.closeSync();
    this.#instance.closeSync();
  }
}

/** A text as SQL. */
export function sqlText(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}

/** A name as SQL. */
export function sqlName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

export function sqlList(values: readonly string[]): string {
  return `[${values.map(sqlText).join(', ')}]`;
}

/** Notes for whoever finds a file alone, as COPY takes them. */
export function notesSql(notes: Readonly<Record<string, string>>): string {
  return `{${Object.entries(notes)
    .map(([name, value]) => `${sqlName(`twin.${name}`)}: ${sqlText(value)}`)
    .join(', ')}}`;
}
