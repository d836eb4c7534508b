import type { Span } from "./spans";

/** Length of the pieces that are looked up, and how far apart they are in a value. */
export const pieceLength = 16;
export const step = 8;

/** At most so much of the table is in use. */
const mostLoad = 0.7;

/** Where a piece is. */
interface Place {
  whole: string;
  at: number;
}

/**
 * Finds every part of the added texts that is long enough to have one of their pieces in it (23 characters always
 * are), whatever was cut off before and after it. Where several texts have the same piece, how far the part goes is
 * seen from the one that was added last.
 *
 * The pieces are not kept, only their hashes and places, and every hit is compared with the text itself.
 */
export class FragmentIndex {
  private readonly wholes: string[] = [];
  /** Number of the first piece of each whole; pieces are counted over all of them. */
  private readonly firstPieces: number[] = [];
  private pieces = 0;
  private readonly table = new PieceTable((piece, text, position) => {
    const { whole, at } = this.place(piece);
    return text.startsWith(whole.slice(at, at + pieceLength), position);
  });

  add(whole: string): void {
    if (whole.length < pieceLength) return;
    this.wholes.push(whole);
    this.firstPieces.push(this.pieces);
    for (let at = 0; at + pieceLength <= whole.length; at += step) {
      this.table.set(hashOf(whole, at), whole, at, this.pieces);
      this.pieces += 1;
    }
  }

  find(text: string): Span[] {
    const spans: Span[] = [];
    if (this.pieces === 0 || text.length < pieceLength) return spans;
    let last: (Place & Span) | undefined;
    let hash = hashOf(text, 0);
    for (let start = 0; start + pieceLength <= text.length; start += 1) {
      if (start > 0) hash = rolled(hash, text, start);
      const piece = this.table.get(hash, text, start);
      if (piece === undefined) continue;
      const place = this.place(piece);
      // A further piece of the same match.
      if (last?.whole === place.whole && last.start - last.at === start - place.at && start < last.end)
        continue;
      const length = lengthBefore(text, start, place);
      last = {
        whole: place.whole,
        at: place.at - length,
        start: start - length,
        end: endOf(text, start, place),
      };
      spans.push({ start: last.start, end: last.end });
    }
    return spans;
  }

  private place(piece: number): Place {
    let low = 0;
    let high = this.wholes.length;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if ((this.firstPieces[middle] ?? 0) <= piece) low = middle;
      else high = middle;
    }
    return { whole: this.wholes[low] ?? "", at: (piece - (this.firstPieces[low] ?? 0)) * step };
  }
}

/** How much before a piece that is at a position is the same. */
function lengthBefore(text: string, position: number, { whole, at }: Place): number {
  let length = 0;
  while (position > length && at > length && text[position - length - 1] === whole[at - length - 1])
    length += 1;
  return length;
}

/** Where a match ends that has a piece at a position. */
function endOf(text: string, position: number, { whole, at }: Place): number {
  let length = pieceLength;
  while (text[position + length] !== undefined && text[position + length] === whole[at + length]) length += 1;
  return position + length;
}

/** Numbers of pieces by their hashes: a hash table with linear probing, in two typed arrays. */
class PieceTable {
  private hashes = new Int32Array(64);
  /** 0 is an empty place, else the number of a piece and one. */
  private numbers = new Uint32Array(64);
  private used = 0;

  /** @param isAt whether a text has a piece at a position: two pieces may have one hash. */
  constructor(private readonly isAt: (piece: number, text: string, position: number) => boolean) {}

  get(hash: number, text: string, position: number): number | undefined {
    const number = this.numbers[this.find(hash, text, position)] ?? 0;
    return number === 0 ? undefined : number - 1;
  }

  /** Of pieces that are the same, the last one stays. */
  set(hash: number, text: string, position: number, piece: number): void {
    const slot = this.find(hash, text, position);
    if (this.numbers[slot] === 0) this.used += 1;
    this.hashes[slot] = hash;
    this.numbers[slot] = piece + 1;
    if (this.used > mostLoad * this.numbers.length) this.grow();
  }

  /** Where the piece is that a text has at a position, or else where it would be put. */
  private find(hash: number, text: string, position: number): number {
    const last = this.numbers.length - 1;
    for (let slot = spread(hash) & last; ; slot = (slot + 1) & last) {
      const number = this.numbers[slot] ?? 0;
      if (number === 0) return slot;
      if (this.hashes[slot] === hash && this.isAt(number - 1, text, position)) return slot;
    }
  }

  private grow(): void {
    const { hashes, numbers } = this;
    const last = numbers.length * 2 - 1;
    this.hashes = new Int32Array(last + 1);
    this.numbers = new Uint32Array(last + 1);
    for (let from = 0; from < numbers.length; from += 1) {
      const number = numbers[from] ?? 0;
      if (number === 0) continue;
      const hash = hashes[from] ?? 0;
      let slot = spread(hash) & last;
      while (this.numbers[slot] !== 0) slot = (slot + 1) & last;
      this.hashes[slot] = hash;
      this.numbers[slot] = number;
    }
  }
}

const base = 0x01000193;
/** The factor that a piece's first character has got when its last one is in. */
const firstFactor = Array.from({ length: pieceLength - 1 }).reduce<number>(
  (power) => Math.imul(power, base),
  1,
);

/** Hash of a piece: a polynomial in its characters, in 32 bits. */
function hashOf(text: string, position: number): number {
  let hash = 0;
  for (let at = position; at < position + pieceLength; at += 1) {
    hash = (Math.imul(hash, base) + text.charCodeAt(at)) | 0;
  }
  return hash;
}

/** Hash of the piece at a position, from that of the piece one before. */
function rolled(hash: number, text: string, position: number): number {
  const without = hash - Math.imul(text.charCodeAt(position - 1), firstFactor);
  return (Math.imul(without, base) + text.charCodeAt(position + pieceLength - 1)) | 0;
}

/** Brings the upper bits of a hash into the lower ones: the places of a small table are told apart by these alone. */
function spread(hash: number): number {
  const mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return mixed ^ (mixed >>> 13);
}
