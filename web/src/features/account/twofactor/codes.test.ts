import { expect, it } from 'vitest';
import { codesFile, fileName, spaced } from './codes';

it('writes a file that still explains itself years later', () => {
  const text = codesFile(
    ['aaaa-bbbb-cccc-dddd', 'eeee-ffff-gggg-hhhh'],
    { company: 'Northwind', email: 'ada@northwind.example' },
    { title: 'Recovery codes', note: 'Each works once.', day: '25 Nov 2026' },
  );
  expect(text.split('\r\n')).toEqual([
    'Recovery codes',
    'Northwind · ada@northwind.example',
    '25 Nov 2026',
    '',
    'aaaa-bbbb-cccc-dddd',
    'eeee-ffff-gggg-hhhh',
    '',
    'Each works once.',
    '',
  ]);
});
it('names the file after the company', () => {
  expect(fileName('Northwind Markets')).toBe('northwind-markets-recovery-codes.txt');
  expect(fileName('وسيط')).toBe('وسيط-recovery-codes.txt');
  expect(fileName('***')).toBe('brokerdesk-recovery-codes.txt');
});
it('groups a secret for reading', () => {
  expect(spaced('JBSWY3DPEHPK3PXP')).toBe('JBSW Y3DP EHPK 3PXP');
  expect(spaced('JBSWY')).toBe('JBSW Y');
});
