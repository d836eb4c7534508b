import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * A folder with one JSON file a record. Only the service itself writes there, so everything is held in memory too;
 * a record is written whole after each change of it.
 */
export class Records<T extends { id: number }> {
  private readonly records = new Map<number, T>();
  private last: number;

  /** @param first the id of the first record */
  constructor(
    private readonly folder: string,
    first = 1,
  ) {
    mkdirSync(folder, { recursive: true });
    const ids = readdirSync(folder)
      .filter((name) => name.endsWith(".json"))
      .map((name) => Number(name.slice(0, -".json".length)))
      .sort((one, other) => one - other);
    for (const id of ids) this.records.set(id, JSON.parse(readFileSync(this.file(id), "utf8")) as T);
    this.last = Math.max(first - 1, ...ids);
  }

  /** All records, oldest first. */
  all(): T[] {
    return [...this.records.values()];
  }

  get(id: number): T | undefined {
    return this.records.get(id);
  }

  add(make: (id: number) => T): T {
    this.last += 1;
    const record = make(this.last);
    this.save(record);
    return record;
  }

  /** Keeps what has been changed in the record. */
  save(record: T): void {
    this.records.set(record.id, record);
    writeFileSync(`${this.file(record.id)}.next`, JSON.stringify(record));
    renameSync(`${this.file(record.id)}.next`, this.file(record.id));
  }

  delete(record: T): void {
    this.records.delete(record.id);
    rmSync(this.file(record.id), { force: true });
  }

  private file(id: number): string {
    return join(this.folder, `${String(id)}.json`);
  }
}
