import { diagnose } from '../../services/index.ts';
import { formatTable } from '../table.ts';

/** twin doctor */
export function doctor(options: { runs: string; json?: boolean }): void {
  const findings = diagnose(options.runs);
  const isWell = findings.every((finding) => finding.state !== 'wrong');
  if (!isWell) process.exitCode = 1;
  if (options.json === true) {
    console.log(JSON.stringify({ isWell, findings }));
    return;
  }
  console.log(
    formatTable(
      ['what', 'state', 'found', 'meaning'],
      findings.map(({ name, state, found, meaning }) => [name, state, found, meaning]),
    ),
  );
  console.log(isWell ? '\nall that is needed is there' : '\nmend what is marked "wrong"');
}
