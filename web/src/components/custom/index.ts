export { CustomFacts } from './CustomFacts';
export { CustomInputs } from './CustomInputs';
export { useCustomForm } from './useCustomForm';
