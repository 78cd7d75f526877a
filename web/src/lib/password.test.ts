import { describe, expect, it } from 'vitest';
import { PASSWORD_MIN, passwordStrength } from './password';

describe('passwordStrength', () => {
  it('is empty for nothing and weak for short', () => {
    expect(passwordStrength('')).toEqual({ score: 0, hint: 'short' });
    expect(passwordStrength('x'.repeat(PASSWORD_MIN - 1))).toEqual({ score: 1, hint: 'short' });
  });
  it('sees through common words, runs and sequences', () => {
    expect(passwordStrength('Password1234')).toEqual({ score: 1, hint: 'common' });
    expect(passwordStrength('aaaaaaaaaaaa')).toEqual({ score: 1, hint: 'repeats' });
    expect(passwordStrength('abcdefghijkl')).toEqual({ score: 1, hint: 'repeats' });
  });
  it('does not reward one’s own name, company or address', () => {
    const own = ['Maya Cohen', 'Northwind Markets', 'maya@northwind.test'];
    expect(passwordStrength('Northwind2026', own)).toMatchObject({ hint: 'personal' });
    expect(passwordStrength('Northwind2026', own).score).toBeLessThan(
      passwordStrength('Northwind2026').score,
    );
  });
  it('rewards length over decoration', () => {
    const phrase = passwordStrength('quiet river under seven moons');
    expect(phrase).toEqual({ score: 4, hint: 'great' });
    expect(passwordStrength('xkvbqmwztrpf').score).toBeLessThan(phrase.score);
  });
  it('never falls when one appends something new', () => {
    let last = 0;
    for (const p of ['tulipswkryda', 'tulipswkrydaR', 'tulipswkrydaR7m', 'tulipswkrydaR7m!zQ4p']) {
      const { score } = passwordStrength(p);
      expect(score).toBeGreaterThanOrEqual(last);
      last = score;
    }
  });
});
