"""The whole /ws conversation without a socket: what comes in, at what second → what goes out."""

import json
from datetime import timedelta
from typing import Any

import pytest

from server.domain.errors import CloseCode
from server.domain.frames import MAX_KNOWN
from server.domain.session import (
    HEARTBEAT_SECONDS,
    MAX_FRAMES,
    Authenticate,
    Close,
    Effect,
    GoAway,
    Identity,
    Join,
    Resync,
    Send,
    Session,
    Stage,
)
from tests.support.strategies import JOB_ID, OTHER_JOB_ID, OTHER_USER_ID, USER_ID, seconds

KNOWN_USER = Identity(USER_ID, seconds(3600))
OTHER_USER = Identity(OTHER_USER_ID, seconds(3600))
EXPIRED_USER = Identity(USER_ID, seconds(0))
LIFETIME = timedelta(hours=2)
CONNECT = '{"type":"connect"}'
CONNECT_WITH_TOKEN = '{"type":"connect","token":"t"}'
PING = '{"type":"ping"}'


def opened(identity: Identity | None = KNOWN_USER) -> Session:
    """Return a conversation whose handshake ended at second 0."""
    return Session("session-1", identity, seconds(0), LIFETIME)


def live(identity: Identity = KNOWN_USER) -> Session:
    """Return a conversation that got its `connect` at second 1."""
    session = opened(identity)
    session.receive(CONNECT, seconds(1))
    assert session.stage is Stage.LIVE
    return session


def codes(effects: list[Effect]) -> list[CloseCode]:
    """Return the close codes among `effects`; a conversation that closes does nothing else."""
    assert len(effects) == 1 or not any(isinstance(effect, Close) for effect in effects)
    return [effect.code for effect in effects if isinstance(effect, Close)]


def frames(effects: list[Effect]) -> list[dict[str, Any]]:
    """Return the frames that `effects` send."""
    return [json.loads(effect.frame) for effect in effects if isinstance(effect, Send)]


class TestConnecting:
    def test_a_user_known_from_the_handshake_is_welcomed_at_once(self) -> None:
        session = opened()
        hello, join = session.receive(CONNECT, seconds(1))
        assert frames([hello]) == [
            {
                "type": "welcome",
                "session_id": "session-1",
                "user_id": USER_ID,
                "at": "2026-11-23T14:30:01.000Z",
                "heartbeat_seconds": 15,
                "expires_at": "2026-11-23T15:30:00.000Z",
            }
        ]
        assert join == Join(USER_ID, ())
        assert session.stage is Stage.LIVE

    def test_the_jobs_believed_active_come_with_the_first_snapshot(self) -> None:
        frame = json.dumps({"type": "connect", "known": [JOB_ID, OTHER_JOB_ID]})
        assert opened().receive(frame, seconds(1))[1] == Join(USER_ID, (JOB_ID, OTHER_JOB_ID))

    def test_a_token_is_verified_before_the_welcome(self) -> None:
        session = opened(None)
        frame = json.dumps({"type": "connect", "token": "t", "known": [JOB_ID]})
        assert session.receive(frame, seconds(1)) == [Authenticate("t")]
        assert session.stage is Stage.AUTHENTICATING
        hello, join = session.authenticated(KNOWN_USER, seconds(1))
        assert [frame["type"] for frame in frames([hello])] == ["welcome"]
        assert join == Join(USER_ID, (JOB_ID,))

    def test_a_token_in_the_frame_counts_more_than_the_cookie(self) -> None:
        session = opened(KNOWN_USER)
        assert session.receive(CONNECT_WITH_TOKEN, seconds(1)) == [Authenticate("t")]
        assert session.authenticated(OTHER_USER, seconds(1))[1] == Join(OTHER_USER_ID, ())

    @pytest.mark.parametrize("identity", [None, EXPIRED_USER])
    def test_a_token_that_is_rejected_or_expired_ends_it(self, identity: Identity | None) -> None:
        session = opened(None)
        session.receive(CONNECT_WITH_TOKEN, seconds(1))
        assert codes(session.authenticated(identity, seconds(1))) == [CloseCode.TOKEN_REJECTED]
        assert session.stage is Stage.CLOSED

    @pytest.mark.parametrize("identity", [None, EXPIRED_USER])
    def test_nobody_gets_in_without_a_valid_token(self, identity: Identity | None) -> None:
        assert codes(opened(identity).receive(CONNECT, seconds(1))) == [CloseCode.TOKEN_REJECTED]

    @pytest.mark.parametrize("frame", [PING, '{"type":"sync"}', '{"type":"refresh","token":"t"}'])
    def test_the_first_frame_is_connect(self, frame: str) -> None:
        assert codes(opened().receive(frame, seconds(1))) == [CloseCode.NOT_A_FRAME]

    def test_a_misspelt_connect_may_be_sent_again(self) -> None:
        session = opened()
        too_many = json.dumps({"type": "connect", "known": [JOB_ID] * (MAX_KNOWN + 1)})
        assert [frame["code"] for frame in frames(session.receive(too_many, seconds(1)))] == ["invalid_frame"]
        assert session.stage is Stage.CONNECTING
        assert len(session.receive(CONNECT, seconds(2))) == 2

    @pytest.mark.parametrize("identity", [None, KNOWN_USER])
    def test_connect_must_come_within_ten_seconds(self, identity: Identity | None) -> None:
        session = opened(identity)
        assert session.tick(seconds(9.999)) == []
        assert codes(session.tick(seconds(10))) == [CloseCode.NO_CONNECT]
        assert session.receive(CONNECT, seconds(10.1)) == []

    def test_a_bad_connect_buys_no_time(self) -> None:
        session = opened()
        session.receive('{"type":"connect","known":7}', seconds(9))
        assert codes(session.tick(seconds(10))) == [CloseCode.NO_CONNECT]

    def test_a_first_frame_of_no_known_type_ends_it(self) -> None:
        assert codes(opened().receive('{"type":"hello"}', seconds(1))) == [CloseCode.NOT_A_FRAME]


class TestLive:
    @pytest.mark.parametrize(
        ("frame", "effects"),
        [
            ('{"type":"sync"}', [Resync(None)]),
            (json.dumps({"type": "sync", "job_id": JOB_ID}), [Resync(JOB_ID)]),
            ('{"type":"refresh","token":"new"}', [Authenticate("new")]),
            (PING, [Send('{"type":"pong","at":"2026-11-23T14:30:02.000Z"}')]),
        ],
    )
    def test_each_frame_has_its_answer(self, frame: str, effects: list[Effect]) -> None:
        assert live().receive(frame, seconds(2)) == effects

    @pytest.mark.parametrize(
        ("frame", "code"),
        [
            ('{"type":"subscribe"}', "unknown_type"),
            ('{"type":"job.cancelled"}', "unknown_type"),
            ('{"type":"sync","job_id":7}', "invalid_frame"),
            ('{"type":"refresh"}', "invalid_frame"),
            (CONNECT, "already_connected"),
            (CONNECT_WITH_TOKEN, "already_connected"),
        ],
    )
    def test_a_bad_frame_is_answered_and_costs_nothing(self, frame: str, code: str) -> None:
        session = live()
        assert [(frame["type"], frame["code"]) for frame in frames(session.receive(frame, seconds(2)))] == [
            ("error", code)
        ]
        assert session.receive(PING, seconds(3)) != []

    @pytest.mark.parametrize("text", ["", "hello", "[]", "{}", '{"type":1}', '{"type":"ping"'])
    def test_what_is_no_frame_at_all_ends_it(self, text: str) -> None:
        assert codes(live().receive(text, seconds(2))) == [CloseCode.NOT_A_FRAME]

    def test_binary_ends_it(self) -> None:
        assert codes(live().receive_binary()) == [CloseCode.NOT_A_FRAME]
        assert codes(opened().receive_binary()) == [CloseCode.NOT_A_FRAME]

    def test_a_closed_conversation_hears_and_says_nothing(self) -> None:
        session = live()
        session.receive_binary()
        assert session.receive(PING, seconds(2)) == []
        assert session.tick(seconds(4000)) == []


class TestTokens:
    def test_a_new_token_of_the_same_user_lets_the_socket_stay(self) -> None:
        session = live()
        assert session.receive('{"type":"refresh","token":"new"}', seconds(3599)) == [Authenticate("new")]
        assert session.authenticated(Identity(USER_ID, seconds(7200)), seconds(3599)) == []
        assert codes(session.tick(seconds(3600))) == []
        assert codes(session.tick(seconds(7200))) == [CloseCode.TOKEN_REJECTED]

    def test_a_token_of_another_user_ends_it(self) -> None:
        session = live()
        session.receive('{"type":"refresh","token":"new"}', seconds(2))
        assert codes(session.authenticated(OTHER_USER, seconds(2))) == [CloseCode.NOT_ALLOWED]

    @pytest.mark.parametrize("identity", [None, EXPIRED_USER])
    def test_a_refresh_with_a_bad_token_ends_it(self, identity: Identity | None) -> None:
        session = live()
        session.receive('{"type":"refresh","token":"new"}', seconds(2))
        assert codes(session.authenticated(identity, seconds(2))) == [CloseCode.TOKEN_REJECTED]

    def test_a_token_ends_when_it_says(self) -> None:
        session = live()
        session.sent(seconds(3599.9))
        assert session.tick(seconds(3599.999)) == []
        assert codes(session.tick(seconds(3600))) == [CloseCode.TOKEN_REJECTED]


class TestHeartbeat:
    def test_a_silence_of_fifteen_seconds_is_broken(self) -> None:
        session = live()
        session.sent(seconds(1))
        assert HEARTBEAT_SECONDS == 15
        assert session.tick(seconds(15.999)) == []
        assert frames(session.tick(seconds(16))) == [{"type": "heartbeat", "at": "2026-11-23T14:30:16.000Z"}]
        assert session.tick(seconds(17)) == []
        assert len(session.tick(seconds(31))) == 1

    def test_whatever_is_sent_puts_the_heartbeat_off(self) -> None:
        session = live()
        session.sent(seconds(10))
        assert session.tick(seconds(24.999)) == []
        assert len(session.tick(seconds(25))) == 1

    def test_nobody_is_greeted_before_connect(self) -> None:
        session = opened(None)
        session.receive(CONNECT_WITH_TOKEN, seconds(1))
        assert session.tick(seconds(60)) == []


class TestFlood:
    def test_fifty_frames_in_ten_seconds_are_fine_and_one_more_is_not(self) -> None:
        session = opened()
        session.receive(CONNECT, seconds(0))
        assert MAX_FRAMES == 50
        for number in range(1, MAX_FRAMES):
            assert codes(session.receive(PING, seconds(number / 10))) == []
        assert codes(session.receive(PING, seconds(9.999))) == [CloseCode.TOO_MANY_FRAMES]

    def test_the_window_slides(self) -> None:
        session = live()
        for number in range(20 * MAX_FRAMES):
            assert codes(session.receive(PING, seconds(2 + number * 0.2))) == []

    def test_bad_frames_count_too(self) -> None:
        session = opened()
        answers = [session.receive('{"type":"connect","known":7}', seconds(1)) for _ in range(MAX_FRAMES + 1)]
        assert [codes(answer) for answer in answers] == [[]] * MAX_FRAMES + [[CloseCode.TOO_MANY_FRAMES]]


class TestLifetime:
    def test_it_ends_as_in_a_deploy_when_its_time_is_over(self) -> None:
        session = live(Identity(USER_ID, seconds(24 * 3600)))
        assert GoAway() not in session.tick(seconds(2 * 3600 - 1))
        assert session.tick(seconds(2 * 3600)) == [GoAway()]
        assert codes(session.go_away()) == [CloseCode.RESTART]
        assert session.tick(seconds(2 * 3600 + 1)) == []
