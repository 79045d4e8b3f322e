import { testSwarm } from "./swarm/shard.js";

testSwarm(376, 125);
