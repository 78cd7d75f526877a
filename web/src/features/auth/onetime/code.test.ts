import { describe, expect, it } from 'vitest';
import { digitsOf, isCode, isRecovery, recoveryOf } from './code';

describe('six digits', () => {
  it('are found in what was pasted', () => {
    expect(digitsOf('123 456')).toBe('123456');
    expect(digitsOf('Your code: 123-456.')).toBe('123456');
    expect(digitsOf('1234567')).toBe('123456');
  });
  it('may be typed in Arabic or Persian figures', () => {
    expect(digitsOf('١٢٣٤٥٦')).toBe('123456');
    expect(digitsOf('۱۲۳۴۵۶')).toBe('123456');
  });
  it('are six', () => {
    expect(isCode('12345')).toBe(false);
    expect(isCode('12 34 56')).toBe(true);
  });
});
describe('a recovery code', () => {
  it('is put into its groups', () => {
    expect(recoveryOf('AB12CD34EF56GH78')).toBe('ab12-cd34-ef56-gh78');
    expect(recoveryOf(' ab12 cd34 ')).toBe('ab12-cd34');
    expect(recoveryOf('')).toBe('');
  });
  it('has four of them', () => {
    expect(isRecovery('ab12-cd34-ef56')).toBe(false);
    expect(isRecovery('ab12-cd34-ef56-gh78')).toBe(true);
  });
});
