import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";

/** What a service remembers: one JSON file, read at the start, written whole after each change. */
export class Store<T> {
  private constructor(
    private readonly path: string,
    private readonly value: T,
  ) {}

  /** Opens the store at `path`, or begins it with `empty`. */
  static open<T>(path: string, empty: T): Store<T> {
    return new Store(path, existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as T) : empty);
  }

  /** The current value; not to be changed. */
  get(): Readonly<T> {
    return this.value;
  }

  /** Changes the value and writes it, so that a killed process has either the old or the new file. */
  change<R>(change: (value: T) => R): R {
    const result = change(this.value);
    const temporary = `${this.path}.tmp`;
    writeFileSync(temporary, JSON.stringify(this.value, undefined, 1));
    renameSync(temporary, this.path);
    return result;
  }
}
