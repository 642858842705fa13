// Makes a clone ready to run: packages as the lock file has them, and dist/ built from the sources as they are.

import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isStopped, runChild, runNode } from './run-child.mjs';
import { withSetupLock } from './setup-lock.mjs';

export const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

const LOCK_FILE = join(ROOT, 'package-lock.json');
/** Written by npm at the end of an installation. */
const INSTALLED_LOCK = join(ROOT, 'node_modules/.package-lock.json');
/** Ours: the lock file that node_modules was installed from. */
const INSTALLED_STAMP = join(ROOT, 'node_modules/.setup-sha256');
const DIST = join(ROOT, 'dist');
const BUILD_STAMP = join(DIST, '.sources-sha256');
const TSC = join(ROOT, 'node_modules/ts7/bin/tsc');
const INSTALL_TRIES = 3;

/** Ends a setup with a message for the user and an exit code, without a stack trace. */
export class SetupFailure extends Error {
  constructor(message, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** Installs and builds what is missing or old. Says what it does and why; says nothing when there is nothing to do. */
export async function prepare() {
  if (installReason() === null && buildReason() === null) return;
  await withSetupLock(ROOT, async () => {
    const toInstall = installReason();
    if (toInstall !== null) await install(toInstall);
    const toBuild = buildReason();
    if (toBuild !== null) await build(toBuild);
  });
}

function installReason() {
  if (!existsSync(LOCK_FILE)) throw new SetupFailure('package-lock.json is missing: is this a whole clone?');
  if (!existsSync(INSTALLED_LOCK)) return 'the packages are not installed yet';
  const isOlder = statSync(INSTALLED_LOCK).mtimeMs < statSync(LOCK_FILE).mtimeMs;
  // A checkout may touch the lock file without changing it; then the stamp still fits.
  return isOlder && readText(INSTALLED_STAMP) !== hashFile(LOCK_FILE)
    ? 'package-lock.json is newer than the installed packages'
    : null;
}

async function install(reason) {
  console.log(`setup: ${reason}; running npm ci (needs the network, about a minute)`);
  const npm = npmCommand();
  // NODE_ENV=production would leave the compiler out.
  const args = [...npm.args, 'ci', '--include=dev', '--no-audit', '--no-fund'];
  let code = 1;
  for (let tried = 1; tried <= INSTALL_TRIES; tried++) {
    try {
      code = await runChild(npm.command, args, { cwd: ROOT, shell: npm.shell });
    } catch (error) {
      throw new SetupFailure(
        `npm was not found (${error.code ?? error.message}): install it with Node from https://nodejs.org`,
        2,
      );
    }
    if (code === 0) break;
    if (isStopped(code)) throw new SetupFailure('setup: stopped', code);
    if (tried < INSTALL_TRIES)
      console.log(`setup: npm ci ended with code ${code}; trying again (${tried + 1} of ${INSTALL_TRIES})`);
  }
  if (code !== 0) throw new SetupFailure(`npm ci failed with code ${code}; its messages are above`, code);
  writeFileSync(INSTALLED_STAMP, hashFile(LOCK_FILE));
}

/** npm as this Node can start it: the one that runs this script, the one beside Node, or the one on the path. */
function npmCommand() {
  const own = process.env.npm_execpath;
  const beside = [
    join(dirname(process.execPath), 'node_modules/npm/bin/npm-cli.js'),
    join(dirname(process.execPath), '../lib/node_modules/npm/bin/npm-cli.js'),
  ];
  const script = [own !== undefined && /npm-cli\.[cm]?js$/.test(own) ? own : null, ...beside].find(
    (path) => path !== null && existsSync(path),
  );
  if (script !== undefined) return { command: process.execPath, args: [script], shell: false };
  const isWindows = process.platform === 'win32';
  return { command: isWindows ? 'npm.cmd' : 'npm', args: [], shell: isWindows };
}

function buildReason() {
  const built = readText(BUILD_STAMP);
  if (built === null) return 'dist/ is not built yet';
  return built === hashSources() ? null : 'the sources changed since dist/ was built';
}

/** Builds beside dist/ and swaps: whoever runs from dist/ never meets a half-built one. */
async function build(reason) {
  console.log(`setup: ${reason}; compiling src/ to dist/`);
  const hash = hashSources();
  const fresh = join(ROOT, 'dist.new');
  const old = join(ROOT, 'dist.old');
  rmSync(fresh, { recursive: true, force: true });
  rmSync(old, { recursive: true, force: true });
  const code = await runNode([TSC, '-p', 'tsconfig.build.json', '--noEmitOnError', '--outDir', fresh], {
    cwd: ROOT,
  });
  if (code !== 0) {
    rmSync(fresh, { recursive: true, force: true });
    if (isStopped(code)) throw new SetupFailure('setup: stopped', code);
    throw new SetupFailure('src/ does not compile; the errors are above', code);
  }
  writeFileSync(join(fresh, '.sources-sha256'), hash);
  if (existsSync(DIST)) renameSync(DIST, old);
  renameSync(fresh, DIST);
  rmSync(old, { recursive: true, force: true });
}

/** Of everything that decides what dist/ looks like: the sources, the compiler's settings and version. */
function hashSources() {
  const hash = createHash('sha256');
  const names = readdirSync(join(ROOT, 'src'), { recursive: true })
    .map((name) => `src/${name.split('\\').join('/')}`)
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'));
  for (const name of [...names, 'tsconfig.json', 'tsconfig.build.json', 'package-lock.json'].sort()) {
    hash.update(`${name}\0`);
    hash.update(readFileSync(join(ROOT, name)));
  }
  return hash.digest('hex');
}

function hashFile(path) {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

function readText(path) {
  return existsSync(path) ? readFileSync(path, 'utf8') : null;
}
