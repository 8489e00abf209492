import gymnasium as gym
import torch

from agent import Agent
from policy import choose

env = gym.make("CartPole-v1")


def train(agent, episodes=5000):
    for _ in range(episodes):
        state, done = env.reset()[0], False
        while not done:
            state, reward, done, *_ = env.step(choose([0, 1], agent(torch.tensor(state))))
            agent.learn(reward)


train(Agent())
