import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";

/** Milliseconds. */
const soon = 200;

/** What a service remembers: one JSON file, read at the start, written whole after each change. */
export class Store<T> {
  private timer: NodeJS.Timeout | undefined;

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
    this.write();
    return result;
  }

  /** Changes the value and writes it within {@link soon}: for what changes often, and is worth little once the process is gone. */
  changeSoon(change: (value: T) => void): void {
    change(this.value);
    this.timer ??= setTimeout(() => {
      this.write();
    }, soon);
  }

  /** Writes what has not been written yet. */
  flush(): void {
    if (this.timer) this.write();
  }

  private write(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const temporary = `${this.path}.tmp`;
    writeFileSync(temporary, JSON.stringify(this.value, undefined, 1));
    renameSync(temporary, this.path);
  }
}
