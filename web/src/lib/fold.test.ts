import { expect, it } from 'vitest';
import { fold, foldedWords, hasWords, highlights } from './fold';

const marked = (text: string, typed: string) =>
  highlights(text, foldedWords(typed))
    .map((p) => (p.hit ? `[${p.text}]` : p.text))
    .join('');

it('folds as the server does', () => {
  for (const [typed, folded] of [
    ['JOSÉ', 'jose'],
    ['Łukasz Żółć', 'lukasz zolc'],
    ['STRAẞE', 'strasse'],
    ['أَحْمَد', 'احمد'],
    ['فاطمة', 'فاطمه'],
    ['Ὀδυσσεύς', 'οδυσσευσ'],
  ] as const)
    expect(fold(typed)).toBe(folded);
});
it('marks what was typed, in the letters of the text', () => {
  expect(marked('José Müller', 'jose mul')).toBe('[José] [Mül]ler');
  expect(marked('Jose\u0301 M', 'jose')).toBe('[Jose\u0301] M');
  expect(marked('Straße', 'strass')).toBe('[Straß]e');
  expect(marked('Hannah Anna', 'anna')).toBe('Hannah [Anna]');
  expect(marked('Hannah', 'anna')).toBe('H[anna]h');
  expect(marked('Jane', 'xyz')).toBe('Jane');
  expect(marked('jd@example.com', 'exam')).toBe('jd@[exam]ple.com');
});
it('needs every word', () => {
  expect(hasWords('José Müller', foldedWords('MUL jos'))).toBe(true);
  expect(hasWords('José Müller', foldedWords('jose meier'))).toBe(false);
});
