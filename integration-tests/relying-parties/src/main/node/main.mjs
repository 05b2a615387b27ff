// SPDX-License-Identifier: Apache-2.0
// Answers questions about relying parties made of Node's libraries, as RelyingPartiesMain does for Java's.
import { webcrypto } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

// Node 18 has it, but not as a global, and these libraries look there.
globalThis.crypto ??= webcrypto;
const { createRemoteJWKSet, jwtVerify } = await import('jose');
const { discovery } = await import('openid-client');

/** jose, which knows key URLs only; its own cool-down between two fetches is 30 s. */
function jose(issuer, audience, keys) {
  const keySet = createRemoteJWKSet(new URL(keys), { cooldownDuration: 1_000, timeoutDuration: 10_000 });
  return (token) => jwtVerify(token, keySet, { issuer, audience, algorithms: ['RS256'], requiredClaims: ['sub', 'exp'] });
}

const libraries = {
  jose: {
    parts: ['jose'],
    trusting: (issuer, audience, keys) => keys ? jose(issuer, audience, keys) : 'needs a key URL',
  },
  // It discovers; the tokens of others are validated with jose.
  'openid-client': {
    parts: ['openid-client', 'jose'],
    trusting: async (issuer, audience, keys) => {
      if (keys) {
        return 'needs discovery';
      }
      const metadata = (await discovery(new URL(issuer), audience)).serverMetadata();
      return jose(metadata.issuer, audience, metadata.jwks_uri);
    },
  },
};

function version(part) {
  return `${part} ${JSON.parse(readFileSync(new URL(`node_modules/${part}/package.json`, import.meta.url))).version}`;
}

function words(error) {
  const said = [];
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    said.push(`${cause.code ?? cause.name}: ${cause.message}`);
  }
  return said.join('; ').replaceAll(/\s+/g, ' ');
}

const parties = new Map();

async function answer(question) {
  const [library, issuer, audience, keys, token] = question.split('\t');
  if (issuer === undefined) {
    return Object.entries(libraries).map(([name, { parts }]) => `${name}=${parts.map(version).join(', ')}`).join('\t');
  }
  try {
    const key = [library, issuer, audience, keys].join('\t');
    if (!parties.has(key)) {
      const party = await libraries[library].trusting(issuer, audience, keys);
      if (typeof party === 'string') {
        return party;
      }
      parties.set(key, party);
    }
    await parties.get(key)(token);
    return 'accepted';
  } catch (error) {
    return words(error);
  }
}

for await (const question of createInterface({ input: process.stdin })) {
  process.stdout.write(`${await answer(question)}\n`);
}
