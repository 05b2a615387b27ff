// SPDX-License-Identifier: Apache-2.0
/** What Java alone needs for one answer of an API server. */
module probe {}
