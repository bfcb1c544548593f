// JSON without loss: a number keeps the digits that it was written with, where JSON.parse would round to a double.

/** A number as it was written. */
export class Digits {
  constructor(text) {
    this.text = text;
  }
}

const TOKEN = /[ \t\n\r]*(?:([{}[\]:,])|("(?:[^"\\]|\\.)*")|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(true|false|null))/y;

/** Like JSON.parse, but numbers become Digits and objects become Maps. */
export function parse(json) {
  let at = 0;

  function token() {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(json);
    if (match === null) throw new SyntaxError(`not JSON at ${at}`);
    at = TOKEN.lastIndex;
    return match;
  }

  function members(close, member) {
    const start = at;
    if (token()[1] === close) return;
    at = start;
    for (;;) {
      member();
      const [, mark] = token();
      if (mark === close) return;
      if (mark !== ",") throw new SyntaxError(`expected a comma at ${at}`);
    }
  }

  function value() {
    const [, mark, text, digits, word] = token();
    if (text !== undefined) return JSON.parse(text);
    if (digits !== undefined) return new Digits(digits);
    if (word !== undefined) return JSON.parse(word);
    if (mark === "[") {
      const array = [];
      members("]", () => array.push(value()));
      return array;
    }
    if (mark !== "{") throw new SyntaxError(`unexpected ${mark} at ${at}`);
    const object = new Map();
    members("}", () => {
      const [, , key] = token();
      if (token()[1] !== ":") throw new SyntaxError(`expected a colon at ${at}`);
      object.set(JSON.parse(key), value());
    });
    return object;
  }

  const root = value();
  if (json.slice(at).trim() !== "") throw new SyntaxError(`unexpected text at ${at}`);
  return root;
}

/** The inverse of `parse`. */
export function stringify(value) {
  if (value instanceof Digits) return value.text;
  if (Array.isArray(value)) return `[${value.map(stringify).join(",")}]`;
  if (value instanceof Map) {
    return `{${Array.from(value, ([key, member]) => `${JSON.stringify(key)}:${stringify(member)}`).join(",")}}`;
  }
  return JSON.stringify(value);
}

/** A number in its plain form: no exponent, no plus sign, no zeros that say nothing. Equal numbers have equal texts. */
export function decimal(text) {
  const [, minus, whole, fraction = "", exponent = "0"] = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text);
  const point = whole.length + Number(exponent);
  const digits = (whole + fraction).padStart(whole.length + fraction.length - Math.min(point, 0), "0").padEnd(point, "0");
  const cut = Math.max(point, 0);
  const left = digits.slice(0, cut).replace(/^0+(?=\d)/, "") || "0";
  const right = digits.slice(cut).replace(/0+$/, "");
  const plain = right === "" ? left : `${left}.${right}`;
  return plain === "0" ? plain : minus + plain;
}
