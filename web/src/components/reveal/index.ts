export { Revealable } from './Revealable';
