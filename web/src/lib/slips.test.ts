import { describe, expect, it } from 'vitest';
import { foldedWords } from './fold';
import { nearlyHas, slips } from './slips';

const finds = (typed: string, text: string) => nearlyHas(text, foldedWords(typed));

describe('slips of the finger', () => {
  it('are counted against the beginning of a word', () => {
    expect(slips('export', 'export')).toBe(0);
    expect(slips('exprot', 'export')).toBe(1);
    expect(slips('statusses', 'statuses')).toBe(1);
    expect(slips('expo', 'export')).toBe(0);
    expect(slips('setings', 'settings')).toBe(1);
    expect(slips('xport', 'export')).toBe(1);
    expect(slips('', 'export')).toBe(0);
  });
  it('are forgiven in what is typed', () => {
    for (const [typed, text] of [
      ['statusses', 'Statuses'],
      ['exprot', 'Export clients'],
      ['exprot cleints', 'Export clients'],
      ['bradning', 'Settings Branding'],
      ['assigment', 'Assignment rules'],
      ['pipline', 'Pipelines'],
      ['notificatoins', 'Notifications'],
      ['الاعدادت', 'الإعدادات'],
    ] as const)
      expect(finds(typed, text), typed).toBe(true);
  });
  it('find nothing else', () => {
    for (const [typed, text] of [
      ['mark', 'Use dark mode'],
      ['abc', 'Add client'],
      ['tea', 'Tags'],
      ['maria', 'Marketing'],
      ['leeds office', 'Leads'],
      ['roles', 'Reports'],
      ['exprot deals', 'Export clients'],
    ] as const)
      expect(finds(typed, text), typed).toBe(false);
  });
});
