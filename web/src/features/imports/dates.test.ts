import { expect, it } from 'vitest';
import { readDate } from './dates';

it.each([
  ['03/04/2024', 'DD/MM/YYYY', '2024-04-03'],
  ['03/04/2024', 'MM/DD/YYYY', '2024-03-04'],
  ['31.12.1999', 'DD.MM.YYYY', '1999-12-31'],
  ['2024-02-29', 'YYYY-MM-DD', '2024-02-29'],
  ['2024-02-29 10:30', 'YYYY-MM-DD', '2024-02-29'],
  ['29/02/2023', 'DD/MM/YYYY', null],
  ['13/13/2024', 'DD/MM/YYYY', null],
  ['03/04/24', 'DD/MM/YYYY', null],
  ['03.04.2024', 'DD/MM/YYYY', null],
  ['03/04/2024', 'DD.MM.YYYY', null],
  ['03-04-2024', 'DD/MM/YYYY', '2024-04-03'],
  ['03/04-2024', 'DD/MM/YYYY', null],
  ['2024/12/31', 'YYYY-MM-DD', '2024-12-31'],
  ['soon', 'DD/MM/YYYY', null],
])('%s read as %s is %s', (text, format, iso) => expect(readDate(text, format)).toBe(iso));
