import { type Command, Option } from 'commander';
import { ConfigError, loadConfig, loadEnvironment, readTarget } from '../../config.ts';
import { positive } from './arguments.ts';

interface CopyOptions {
  to: 's3' | 'disk';
  path?: string;
  endpoint?: string;
  bucket?: string;
  region?: string;
  prefix?: string;
  concurrency: number;
  json: boolean;
}

/** The target as the environment names it, with what the arguments say instead. */
function targetOf({ to, ...options }: CopyOptions): ReturnType<typeof readTarget> {
  const said = {
    TARGET_STORAGE_PATH: options.path,
    TARGET_S3_ENDPOINT: options.endpoint,
    TARGET_S3_BUCKET: options.bucket,
    TARGET_S3_REGION: options.region,
    TARGET_S3_PREFIX: options.prefix,
  };
  const given = Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined));
  const target = readTarget({ ...loadEnvironment(), ...given });
  if (to === 's3' && target.s3 === null) {
    throw new ConfigError(
      'Name the bucket: --bucket and --endpoint (or TARGET_S3_BUCKET, TARGET_S3_ENDPOINT), with TARGET_S3_ACCESS_KEY ' +
        'and TARGET_S3_SECRET_KEY in the environment.',
    );
  }
  if (to === 'disk' && target.objectsDir === null)
    throw new ConfigError('Name the directory: --path, or TARGET_STORAGE_PATH.');
  return to === 's3' ? target : { ...target, s3: null };
}

/** What is kept in the object store, as a whole. */
export function addObjects(program: Command): void {
  program
    .command('objects')
    .description('originals and renditions')
    .command('copy')
    .description('copy them all to another store, and verify; again, to go on where it was cut off')
    .addOption(new Option('--to <kind>', 'what the target is').choices(['s3', 'disk']).makeOptionMandatory())
    .option('--path <directory>', 'target on a disk; also TARGET_STORAGE_PATH')
    .option('--endpoint <url>', 'target server; also TARGET_S3_ENDPOINT')
    .option(
      '--bucket <name>',
      'target bucket; also TARGET_S3_BUCKET. Its keys: TARGET_S3_ACCESS_KEY, TARGET_S3_SECRET_KEY',
    )
    .option('--region <name>', 'also TARGET_S3_REGION')
    .option('--prefix <path>', 'also TARGET_S3_PREFIX')
    .option('--concurrency <n>', 'objects at a time', positive, 4)
    .option('--json', 'print the report as JSON', false)
    .action(async (options: CopyOptions) => {
      const [{ printCopy, runCopy }, { withRunningStack }] = await Promise.all([
        import('../objects.ts'),
        import('../embeddedStack.ts'),
      ]);
      const target = targetOf(options);
      const report = await runCopy(await withRunningStack(loadConfig()), target, options.concurrency);
      if (options.json) console.log(JSON.stringify(report, null, 2));
      else printCopy(report);
      process.exitCode = report.wrongCount === 0 ? 0 : 1;
    });
}
