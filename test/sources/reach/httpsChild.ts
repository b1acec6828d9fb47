import { Failure } from '../../../domain/failures.ts';
import { createHttpClient } from '../../../sources/reach/client.ts';
import { createGuard } from '../../../sources/reach/guard.ts';

/** Fetches the address it is given and prints the body, or the type of the failure. Trust is set when Node starts. */
const client = createHttpClient({ guard: createGuard({ allowPrivateNets: [], allowLoopback: true }) });
let said = '';
try {
  const url = new URL(process.argv[2] ?? '');
  await client.request({ url, signal: AbortSignal.timeout(5_000), time: { leftMs: 5_000 } }, () => ({
    write(chunk) {
      said += chunk.toString();
    },
  }));
} catch (error) {
  said = error instanceof Failure ? `${error.type}: ${error.message}` : String(error);
}
await client.close();
console.log(said);
