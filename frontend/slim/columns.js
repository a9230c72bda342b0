// A CSV file as it streams by, without the columns that stay at home. Works on bytes, so that any writing built on ASCII passes
// as it is; UTF-16 becomes UTF-8. A row with more or fewer cells than there are column names is never sent: in such a row no cell
// is sure to be what its column says. Of a roster a mark is sent in its place, or the row would seem to be gone from the HMIS.
const QUOTE = 34;
const COMMA = 44;
const LF = 10;
const CR = 13;
const [START, PLAIN, QUOTED, CLOSED] = [0, 1, 2, 3];
const LONGEST_HEADER = 1 << 16;

export class Refusal extends Error {}

export class Columns {
  constructor(name, allowed, isRoster) {
    this.name = name;
    this.unreadable = new TextEncoder().encode(isRoster ? '"?","?","?","?"\n' : "");
    this.allowed = new Set(allowed.map((column) => column.toLowerCase()));
    this.dropped = [];
    this.skippedRows = 0;
    this.wanted = null;
    this.width = 0;
    this.head = new Uint8Array(0);
    this.row = new Uint8Array(1 << 12);
    this.begin();
  }

  /** The stream that a file's bytes go through; `taken` is told their number. */
  stream(taken) {
    return new TransformStream({
      transform: (chunk, sink) => {
        taken(chunk.length);
        this.pass(this.decoded(chunk, false), sink);
      },
      flush: (sink) => {
        this.pass(this.decoded(new Uint8Array(0), true), sink);
        if (!this.wanted) this.readHeader(this.head, sink);
        if (this.state !== START || this.field > 0) sink.enqueue(this.ended().slice());
      },
    });
  }

  decoded(chunk, isLast) {
    if (this.decoder === undefined) {
      if (chunk.length < 2 && !isLast) return chunk;
      const [first, second] = chunk;
      const name = first === 0xff && second === 0xfe ? "utf-16le" : first === 0xfe && second === 0xff ? "utf-16be" : null;
      this.decoder = name && new TextDecoder(name);
    }
    return this.decoder ? new TextEncoder().encode(this.decoder.decode(chunk, { stream: !isLast })) : chunk;
  }

  pass(chunk, sink) {
    if (this.wanted) return this.filter(chunk, 0, sink);
    const joined = new Uint8Array(this.head.length + chunk.length);
    joined.set(this.head);
    joined.set(chunk, this.head.length);
    this.head = joined;
    const end = joined.findIndex((byte) => byte === LF || byte === CR);
    if (end < 0 && joined.length > LONGEST_HEADER) throw new Refusal(`${this.name}.csv does not start with a line of column names.`);
    if (end < 0) return;
    this.readHeader(joined.subarray(0, end), sink);
    this.filter(joined, joined[end] === CR && joined[end + 1] === LF ? end + 2 : end + 1, sink);
    this.head = null;
  }

  readHeader(line, sink) {
    const names = new TextDecoder().decode(line).replace(/^\ufeff/, "").split(",").map((cell) => cell.trim().replace(/^"(.*)"$/, "$1").trim());
    const seen = new Set();
    this.width = names.length;
    this.wanted = names.map((name) => this.allowed.has(name.toLowerCase()) && !seen.has(name.toLowerCase()) && Boolean(seen.add(name.toLowerCase())));
    this.dropped = names.filter((_, at) => !this.wanted[at]);
    if (!seen.size) throw new Refusal(`${this.name}.csv holds none of the columns that the format names, so it is not a file of an HMIS CSV export.`);
    sink.enqueue(new TextEncoder().encode(names.filter((_, at) => this.wanted[at]).join(",") + "\n"));
    this.begin();
  }

  begin() {
    this.state = START;
    this.field = 0;
    this.length = 0;
    this.keeps = Boolean(this.wanted?.[0]);
    this.hasKept = this.keeps;
  }

  put(byte) {
    if (this.length === this.row.length) {
      const longer = new Uint8Array(this.row.length * 2);
      longer.set(this.row);
      this.row = longer;
    }
    this.row[this.length++] = byte;
  }

  /** The row as it goes on, or what stands for it where its cells do not fit the header. */
  ended() {
    const fits = this.field + 1 === this.width;
    if (!fits) this.skippedRows += 1;
    if (fits) this.put(LF);
    const row = fits ? this.row.subarray(0, this.length) : this.unreadable;
    this.begin();
    return row;
  }

  filter(chunk, from, sink) {
    let out = new Uint8Array(chunk.length + 1024);
    let length = 0;
    for (let at = from; at < chunk.length; at++) {
      const byte = chunk[at];
      if (this.state === QUOTED) {
        if (byte === QUOTE) this.state = CLOSED;
        if (this.keeps) this.put(byte);
      } else if (byte === COMMA) {
        this.nextField();
      } else if (byte === LF || byte === CR) {
        if (this.state === START && this.field === 0) continue;
        const row = this.ended();
        if (length + row.length > out.length) {
          sink.enqueue(out.subarray(0, length));
          out = new Uint8Array(Math.max(chunk.length, row.length) + 1024);
          length = 0;
        }
        out.set(row, length);
        length += row.length;
      } else {
        this.state = byte === QUOTE && (this.state === START || this.state === CLOSED) ? QUOTED : PLAIN;
        if (this.keeps) this.put(byte);
      }
    }
    if (length) sink.enqueue(out.subarray(0, length));
  }

  nextField() {
    this.field += 1;
    this.state = START;
    this.keeps = Boolean(this.wanted[this.field]);
    if (this.keeps && this.hasKept) this.put(COMMA);
    this.hasKept ||= this.keeps;
  }
}
