/**
 * Korean particles: `web을(를)` is written, and read as what follows the sound that the word before it ends in. The same
 * rules as on the server, tested on the same words.
 */

type Ending = 'vowel' | 'consonant' | 'rieul';

/** Written form, what follows a consonant, what follows a vowel. */
const PARTICLES = [
  ['이(가)', '이', '가'],
  ['을(를)', '을', '를'],
  ['은(는)', '은', '는'],
  ['와(과)', '과', '와'],
  ['(으)로', '으로', '로'],
] as const;

const WRITTEN = /이\(가\)|을\(를\)|은\(는\)|와\(과\)|\(으\)로/g;
/** A particle that stands at the beginning of what follows a name, already chosen for another name. */
const CHOSEN = /^(?:으로|[이가을를은는과와로])(?=[^가-힣]|$)/;
const LAST = /([가-힣]|\d|[A-Za-z]+)[^\p{L}\p{N}_%]*$/u;
const SPELLED = /^(?:[A-Z]+|[^aeiouyAEIOUY]+|[A-Za-z])$/;
const BORROWED = /(?:[mn]e?|ng|(?<![aeiou])[aeiou](?:b|ck?|pp?|tt?))$/;

/** The text with every particle that is written in both forms chosen by the word before it. */
export function withParticles(text: string): string {
  return text.includes('(') ? text.replace(WRITTEN, (written, at: number) => fitting(written, text.slice(0, at))) : text;
}

/** What follows a name, its particle chosen anew for the name that now stands there. */
export function afterName(name: string, rest: string): string {
  const [chosen] = CHOSEN.exec(rest) ?? [];
  const written = PARTICLES.find((forms) => forms.some((form) => form === chosen))?.[0];
  return chosen === undefined || written === undefined ? rest : fitting(written, name) + rest.slice(chosen.length);
}

function fitting(written: string, before: string): string {
  const [, afterConsonant = written, afterVowel = written] = PARTICLES.find(([form]) => form === written) ?? [];
  const ending = endingOf(before);
  return ending === 'vowel' || (ending === 'rieul' && written === '(으)로') ? afterVowel : afterConsonant;
}

/** The sound that a text ends in when it is read in Korean; quotes and brackets at its end are not heard. */
function endingOf(text: string): Ending {
  const word = LAST.exec(text)?.[1];
  if (word === undefined) return 'vowel';
  if (word >= '가' && word <= '힣') {
    const final = (word.charCodeAt(0) - '가'.charCodeAt(0)) % 28;
    return final === 0 ? 'vowel' : final === 8 ? 'rieul' : 'consonant';
  }
  if (/\d/.test(word)) return '178'.includes(word) ? 'rieul' : '036'.includes(word) ? 'consonant' : 'vowel';
  const last = word.slice(-1).toLowerCase();
  if (SPELLED.test(word)) return 'lr'.includes(last) ? 'rieul' : 'mn'.includes(last) ? 'consonant' : 'vowel';
  if (/le?$/i.test(word)) return 'rieul';
  return BORROWED.test(word.toLowerCase()) ? 'consonant' : 'vowel';
}
