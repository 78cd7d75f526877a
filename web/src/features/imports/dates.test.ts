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
  ['03/04/24', 'DD/MM/YYYY', '2024-04-03'],
  ['03/04/84', 'MM/DD/YYYY', '1984-03-04'],
  ['84-03-04', 'YYYY-MM-DD', null],
  ['12-Mar-1984', 'DD-MMM-YYYY', '1984-03-12'],
  ['Mar 12th, 84 10:30', 'DD-MMM-YYYY', '1984-03-12'],
  ['12. Dezember 1984', 'DD-MMM-YYYY', '1984-12-12'],
  ['31-Feb-1984', 'DD-MMM-YYYY', null],
  ['19840312', 'YYYYMMDD', '1984-03-12'],
  ['19841312', 'YYYYMMDD', null],
  ['03.04.2024', 'DD/MM/YYYY', null],
  ['03/04/2024', 'DD.MM.YYYY', null],
  ['03-04-2024', 'DD/MM/YYYY', '2024-04-03'],
  ['03/04-2024', 'DD/MM/YYYY', null],
  ['2024/12/31', 'YYYY-MM-DD', '2024-12-31'],
  ['soon', 'DD/MM/YYYY', null],
])('%s read as %s is %s', (text, format, iso) => expect(readDate(text, format)).toBe(iso));
