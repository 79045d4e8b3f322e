// The structures whose layout the addon exports, by the names of the RFC that defines them and not by a platform's.
//
// A structure with `when` is known only where that macro is: RFCs that came later arrived in the platforms' headers at
// different times. A field is written as one of
//
//   spp_address          a field that every platform has
//   sac_info[]           an array of no fixed length at the end: it has an offset, and its size is 0
//   linux:spp_sackdelay  a field of one platform only

/**
 * @typedef {object} Structure
 * @property {string} name
 * @property {string} fields - separated by spaces
 * @property {string} [when] - the macro that tells whether the platform has it
 * @property {string} [type] - the C type, where it is not `struct name`
 */

/** @type {readonly Structure[]} */
export const structures = [
  // Addresses and ancillary data of any socket.
  { name: "sockaddr", fields: "sa_family freebsd:sa_len" },
  { name: "sockaddr_in", fields: "sin_family sin_port sin_addr freebsd:sin_len" },
  {
    name: "sockaddr_in6",
    fields: "sin6_family sin6_port sin6_flowinfo sin6_addr sin6_scope_id freebsd:sin6_len",
  },
  { name: "sockaddr_storage", fields: "ss_family freebsd:ss_len" },
  { name: "linger", fields: "l_onoff l_linger" },
  { name: "cmsghdr", fields: "cmsg_len cmsg_level cmsg_type" },
  {
    name: "msghdr",
    fields: "msg_name msg_namelen msg_iov msg_iovlen msg_control msg_controllen msg_flags",
  },
  { name: "in_pktinfo", when: "IP_PKTINFO", fields: "ipi_ifindex ipi_spec_dst ipi_addr" },
  { name: "in6_pktinfo", fields: "ipi6_addr ipi6_ifindex" },
  {
    name: "sock_extended_err",
    when: "SO_EE_ORIGIN_ICMP",
    fields: "ee_errno ee_origin ee_type ee_code ee_pad ee_info ee_data",
  },

  // Linux's own: what its NETLINK_ROUTE sockets tell of the host's addresses.
  { name: "sockaddr_nl", when: "NETLINK_ROUTE", fields: "nl_family nl_pid nl_groups" },
  { name: "nlmsghdr", when: "NETLINK_ROUTE", fields: "nlmsg_len nlmsg_type nlmsg_flags nlmsg_seq nlmsg_pid" },
  {
    name: "ifaddrmsg",
    when: "NETLINK_ROUTE",
    fields: "ifa_family ifa_prefixlen ifa_flags ifa_scope ifa_index",
  },
  { name: "rtattr", when: "NETLINK_ROUTE", fields: "rta_len rta_type" },

  // RFC 6458 §5.3: ancillary data.
  {
    name: "sctp_initmsg",
    fields: "sinit_num_ostreams sinit_max_instreams sinit_max_attempts sinit_max_init_timeo",
  },
  { name: "sctp_sndinfo", fields: "snd_sid snd_flags snd_ppid snd_context snd_assoc_id" },
  {
    name: "sctp_rcvinfo",
    fields: "rcv_sid rcv_ssn rcv_flags rcv_ppid rcv_tsn rcv_cumtsn rcv_context rcv_assoc_id",
  },
  { name: "sctp_nxtinfo", fields: "nxt_sid nxt_flags nxt_ppid nxt_length nxt_assoc_id" },
  { name: "sctp_prinfo", fields: "pr_policy pr_value" },
  { name: "sctp_authinfo", fields: "auth_keynumber" },

  // RFC 6458 §6.1: notifications. The header has a type of its own in the RFC and on FreeBSD, and none on Linux.
  {
    name: "sctp_tlv",
    type: "__typeof__(((union sctp_notification *)0)->sn_header)",
    fields: "sn_type sn_flags sn_length",
  },
  {
    name: "sctp_notification",
    type: "union sctp_notification",
    fields:
      "sn_header sn_assoc_change sn_paddr_change sn_remote_error sn_shutdown_event sn_adaptation_event " +
      "sn_pdapi_event sn_auth_event sn_sender_dry_event sn_send_failed_event sn_strreset_event " +
      "sn_assocreset_event sn_strchange_event",
  },
  {
    name: "sctp_assoc_change",
    fields:
      "sac_type sac_flags sac_length sac_state sac_error sac_outbound_streams sac_inbound_streams " +
      "sac_assoc_id sac_info[]",
  },
  {
    name: "sctp_paddr_change",
    fields: "spc_type spc_flags spc_length spc_aaddr spc_state spc_error spc_assoc_id",
  },
  { name: "sctp_remote_error", fields: "sre_type sre_flags sre_length sre_error sre_assoc_id sre_data[]" },
  {
    name: "sctp_send_failed_event",
    fields: "ssfe_type ssfe_flags ssfe_length ssfe_error ssfe_info ssfe_assoc_id ssfe_data[]",
  },
  { name: "sctp_shutdown_event", fields: "sse_type sse_flags sse_length sse_assoc_id" },
  { name: "sctp_adaptation_event", fields: "sai_type sai_flags sai_length sai_adaptation_ind sai_assoc_id" },
  {
    name: "sctp_pdapi_event",
    fields: "pdapi_type pdapi_flags pdapi_length pdapi_indication pdapi_stream pdapi_seq pdapi_assoc_id",
  },
  {
    name: "sctp_authkey_event",
    fields: "auth_type auth_flags auth_length auth_keynumber auth_altkeynumber auth_indication auth_assoc_id",
  },
  {
    name: "sctp_sender_dry_event",
    fields: "sender_dry_type sender_dry_flags sender_dry_length sender_dry_assoc_id",
  },

  // RFC 6525 §6.1: notifications of stream reconfiguration.
  {
    name: "sctp_stream_reset_event",
    fields: "strreset_type strreset_flags strreset_length strreset_assoc_id strreset_stream_list[]",
  },
  {
    name: "sctp_assoc_reset_event",
    fields:
      "assocreset_type assocreset_flags assocreset_length assocreset_assoc_id assocreset_local_tsn " +
      "assocreset_remote_tsn",
  },
  {
    name: "sctp_stream_change_event",
    fields:
      "strchange_type strchange_flags strchange_length strchange_assoc_id strchange_instrms " +
      "strchange_outstrms",
  },

  // RFC 6458 §6.2.2 and §8.1: options that are read and written.
  { name: "sctp_event", when: "SCTP_EVENT", fields: "se_assoc_id se_type se_on" },
  { name: "sctp_rtoinfo", fields: "srto_assoc_id srto_initial srto_max srto_min" },
  {
    name: "sctp_assocparams",
    fields:
      "sasoc_assoc_id sasoc_asocmaxrxt sasoc_number_peer_destinations sasoc_peer_rwnd sasoc_local_rwnd " +
      "sasoc_cookie_life",
  },
  { name: "sctp_setprim", fields: "ssp_assoc_id ssp_addr" },
  { name: "sctp_setadaptation", fields: "ssb_adaptation_ind" },
  {
    name: "sctp_paddrparams",
    fields:
      "spp_assoc_id spp_address spp_hbinterval spp_pathmaxrxt spp_pathmtu spp_flags spp_ipv6_flowlabel " +
      "spp_dscp linux:spp_sackdelay",
  },
  { name: "sctp_assoc_value", fields: "assoc_id assoc_value" },
  { name: "sctp_hmacalgo", fields: "shmac_number_of_idents shmac_idents[]" },
  { name: "sctp_authkeyid", fields: "scact_assoc_id scact_keynumber" },
  { name: "sctp_sack_info", fields: "sack_assoc_id sack_delay sack_freq" },
  { name: "sctp_default_prinfo", fields: "pr_policy pr_value pr_assoc_id" },

  // RFC 6458 §8.2: options that are only read.
  {
    name: "sctp_status",
    fields:
      "sstat_assoc_id sstat_state sstat_rwnd sstat_unackdata sstat_penddata sstat_instrms sstat_outstrms " +
      "sstat_fragmentation_point sstat_primary",
  },
  {
    name: "sctp_paddrinfo",
    fields: "spinfo_assoc_id spinfo_address spinfo_state spinfo_cwnd spinfo_srtt spinfo_rto spinfo_mtu",
  },
  { name: "sctp_authchunks", fields: "gauth_assoc_id gauth_number_of_chunks gauth_chunks[]" },
  { name: "sctp_assoc_ids", fields: "gaids_number_of_ids gaids_assoc_id[]" },

  // RFC 6458 §8.3: options that are only written.
  { name: "sctp_setpeerprim", fields: "sspp_assoc_id sspp_addr" },
  { name: "sctp_authchunk", fields: "sauth_chunk" },
  { name: "sctp_authkey", fields: "sca_assoc_id sca_keynumber sca_keylength sca_key[]" },

  // RFC 6458 §9.12 and §9.13: informations of sctp_sendv and sctp_recvv. Linux's kernel knows nothing of them.
  {
    name: "sctp_sendv_spa",
    when: "SCTP_SENDV_SPA",
    fields: "sendv_flags sendv_sndinfo sendv_prinfo sendv_authinfo",
  },
  { name: "sctp_recvv_rn", when: "SCTP_RECVV_RN", fields: "recvv_rcvinfo recvv_nxtinfo" },

  // RFC 6525 §6.3: stream reconfiguration.
  {
    name: "sctp_reset_streams",
    when: "SCTP_RESET_STREAMS",
    fields: "srs_assoc_id srs_flags srs_number_streams srs_stream_list[]",
  },
  { name: "sctp_add_streams", when: "SCTP_ADD_STREAMS", fields: "sas_assoc_id sas_instrms sas_outstrms" },
  // RFC 6951 §6.1: UDP encapsulation.
  {
    name: "sctp_udpencaps",
    when: "SCTP_REMOTE_UDP_ENCAPS_PORT",
    fields: "sue_assoc_id sue_address sue_port",
  },
  // RFC 7496 §4.3: partial reliability.
  {
    name: "sctp_prstatus",
    when: "SCTP_PR_ASSOC_STATUS",
    fields: "sprstat_assoc_id sprstat_sid sprstat_policy sprstat_abandoned_unsent sprstat_abandoned_sent",
  },
  // RFC 7829 §7.3: potentially failed paths. Linux has the third threshold in a second structure.
  {
    name: "sctp_paddrthlds",
    when: "SCTP_PEER_ADDR_THLDS",
    fields: "spt_assoc_id spt_address spt_pathmaxrxt spt_pathpfthld freebsd:spt_pathcpthld",
  },
  {
    name: "sctp_paddrthlds_v2",
    when: "SCTP_PEER_ADDR_THLDS_V2",
    fields: "spt_assoc_id spt_address spt_pathmaxrxt spt_pathpfthld spt_pathcpthld",
  },
  // RFC 8260 §4.3: stream schedulers.
  {
    name: "sctp_stream_value",
    when: "SCTP_STREAM_SCHEDULER_VALUE",
    fields: "assoc_id stream_id stream_value",
  },
  // Linux's own: path MTU probing (RFC 8899), counters, addresses of an association or endpoint.
  {
    name: "sctp_probeinterval",
    when: "SCTP_PLPMTUD_PROBE_INTERVAL",
    fields: "spi_assoc_id spi_address spi_interval",
  },
  {
    name: "sctp_assoc_stats",
    when: "SCTP_GET_ASSOC_STATS",
    fields:
      "sas_assoc_id sas_obs_rto_ipaddr sas_maxrto sas_isacks sas_osacks sas_opackets sas_ipackets " +
      "sas_rtxchunks sas_outofseqtsns sas_idupchunks sas_gapcnt sas_ouodchunks sas_iuodchunks " +
      "sas_oodchunks sas_iodchunks sas_octrlchunks sas_ictrlchunks",
  },
  { name: "sctp_getaddrs", when: "SCTP_SOCKOPT_BINDX_ADD", fields: "assoc_id addr_num addrs[]" },
];

/** Fields that Linux calls otherwise than the RFC; FreeBSD follows it. */
export const linuxNames = {
  sn_auth_event: "sn_authkey_event",
  // Those of the deprecated sctp_send_failed, but for ssfe_info.
  ssfe_type: "ssf_type",
  ssfe_flags: "ssf_flags",
  ssfe_length: "ssf_length",
  ssfe_error: "ssf_error",
  ssfe_assoc_id: "ssf_assoc_id",
  ssfe_data: "ssf_data",
};
