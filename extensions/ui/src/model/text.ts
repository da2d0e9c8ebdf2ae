// Text from a cluster is anybody's. React writes it as text, never as markup; what would still deceive a reader is made visible here.

// Control characters, what changes the direction of text, what has no width, and halves of characters.
const hidden =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\uffff\ud800-\udfff]|[\u{e0000}-\u{e0fff}]/gu;

export const longest = 2000;

// The text on one line, each such character as `\u{202e}`, and cut at `most` characters.
export function shown(text: string, most = longest): string {
  const cut = text.length > most ? `${text.slice(0, most)}…` : text;
  return cut.replace(hidden, character => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}

// What a person typed, as a reason on one line: without what can't be seen, at most so many bytes of UTF-8.
export function reasonOf(typed: string, bytes: number): string {
  const line = typed.replace(/\s+/gu, ' ').replace(hidden, '').trim();
  const encoder = new TextEncoder();
  let used = 0;
  let kept = '';
  for (const character of line) {
    used += encoder.encode(character).length;
    if (used > bytes) break;
    kept += character;
  }
  return kept;
}
